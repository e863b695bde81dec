"""From the bytes of a file to rows: encoding, delimiter, headings."""

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from booking.imports.domain import values
from booking.imports.domain.headings import columns_of, plain, unit_of
from booking.imports.errors import ColumnsMissingError, TooManyRowsError, UnreadableFileError
from shared_schemas.uploads.imports import ImportField, ImportKind

MOST_ROWS = 5_000
LONGEST_CELL = 4_000
DELIMITERS = (";", ",", "\t")
BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
ENDS: tuple[ImportField, ...] = ("end", "end_time", "duration")
PERSON: tuple[tuple[ImportField, ...], ...] = (("full_name",), ("phone",))
REQUIRED: Mapping[ImportKind, tuple[tuple[ImportField, ...], ...]] = {
    "customers": PERSON,
    "bookings": (*PERSON, ("start", "date"), ENDS),
}
"""Of each group one column must be there."""
SPANS: tuple[ImportField, ...] = ("time", "start", "date")
LOOKED_AT = 20
"""Rows in which a cell with both a beginning and an end is looked for."""
NAMES: tuple[ImportField, ...] = ("full_name", "last_name", "middle_name")


@dataclass(frozen=True)
class Table:
    """A file that was read. `columns` say where each field is; `encoding` is None where the text came as it is."""

    encoding: str | None
    delimiter: str
    headings: Sequence[str]
    columns: Mapping[ImportField, int]
    rows: Sequence[Sequence[str]]

    def cells(self, row: int) -> dict[ImportField, str]:
        """The cells of a row (from 1) that have something in them, by field."""
        written = self.rows[row - 1]
        places = sorted(self.columns.items(), key=lambda column: column[1])
        found = {field: written[place].strip() for field, place in places if place < len(written)}
        return self._understood({field: cell for field, cell in found.items() if cell})

    def _understood(self, cells: dict[ImportField, str]) -> dict[ImportField, str]:
        """With the name in one cell, the length in its unit, and «14:00–16:00» as a time and an end."""
        if name := _whole_name([cells.pop(field) for field in tuple(cells) if field in NAMES]):
            cells["full_name"] = name
        if cells.get("duration", "").isdecimal():
            cells["duration"] += unit_of(self.headings[self.columns["duration"]])
        ended = bool(cells.keys() & set(ENDS))
        # Beside an end, what follows the time of a moment may be its offset.
        for field in ("time",) if ended else SPANS:
            if span := values.span(cells.get(field, "")):
                cells[field] = span[0]
                cells |= {} if ended else {"end_time": span[1]}
        return cells

    def named(self) -> dict[ImportField, str]:
        """The heading that was taken for each field."""
        return {field: self.headings[place] for field, place in self.columns.items()}

    def ignored(self) -> list[str]:
        taken = set(self.columns.values())
        return [heading for place, heading in enumerate(self.headings) if heading and place not in taken]


def decoded(content: bytes) -> tuple[str, str]:
    """The text, and the encoding that it was found to be in; `UnreadableFileError` where it is none of those.

    Bytes that are UTF-8 are hardly ever anything else; among Russian programs all else is windows-1251."""
    marked = next((name for mark, name in BYTE_ORDER_MARKS if content.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "cp1251"]:
        try:
            return content.decode(encoding), "windows-1251" if encoding == "cp1251" else encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError(line=1)


def read(
    text: str, encoding: str | None, kind: ImportKind, mapping: Mapping[ImportField, str] | None
) -> Table:  # fmt: skip
    """The table in a text, its empty lines left out.

    `UnreadableFileError`, `TooManyRowsError`, `ColumnsMissingError`, `UnknownHeadingError`."""
    text = text.removeprefix("\ufeff")
    delimiter = _delimiter(text)
    lines = _lines(text, delimiter)
    if not lines:
        raise UnreadableFileError(line=1)
    headings = [heading.strip() for heading in lines[0]]
    if len(lines) - 1 > MOST_ROWS:
        raise TooManyRowsError(most=MOST_ROWS)
    columns = columns_of(headings, mapping or {})
    table = Table(encoding, delimiter, headings, columns, lines[1:])
    there = {*columns, *(field for row in range(1, len(table.rows[:LOOKED_AT]) + 1) for field in table.cells(row))}
    missing = [" / ".join(group) for group in REQUIRED[kind] if not there & set(group)]
    if missing:
        raise ColumnsMissingError(missing, table.named(), table.ignored())
    return table


def _delimiter(text: str) -> str:
    """That of which the headings have most, quoted ones not counted."""
    headings = re.sub(r'"[^"]*"', "", text.lstrip().partition("\n")[0])
    counts = Counter({delimiter: headings.count(delimiter) for delimiter in DELIMITERS})
    return counts.most_common(1)[0][0]


def _lines(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    found: list[list[str]] = []
    try:
        for line in reader:
            if any(len(cell) > LONGEST_CELL or "\0" in cell for cell in line):
                raise UnreadableFileError(line=reader.line_num)
            if any(map(str.strip, line)):
                found.append(line)
    except csv.Error as error:
        raise UnreadableFileError(line=max(reader.line_num, 1)) from error
    return found


def _whole_name(parts: Sequence[str]) -> str:
    """As the columns stand, without a part that another one has already."""
    kept: list[str] = []
    for part in parts:
        if not set(plain(part).split()) <= set(plain(" ".join(kept)).split()):
            kept.append(part)
    return " ".join(kept)
