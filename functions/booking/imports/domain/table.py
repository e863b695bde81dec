"""From the bytes of a file to rows: encoding, delimiter, headings."""

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from booking.imports.errors import ColumnsMissingError, TooManyRowsError, UnknownHeadingError, UnreadableFileError
from shared_schemas.uploads.imports import ImportField, ImportKind

MOST_ROWS = 5_000
LONGEST_CELL = 4_000
DELIMITERS = (";", ",", "\t")
BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
REQUIRED: Mapping[ImportKind, tuple[tuple[ImportField, ...], ...]] = {
    "customers": (("full_name",), ("phone",)),
    "bookings": (("full_name",), ("phone",), ("start", "date"), ("end", "end_time", "duration")),
}
"""Of each group one column must be there."""
HEADINGS: Mapping[ImportField, str] = {
    "full_name": "full_name|name|full name|customer|client|customer name|client name|имя|фио|клиент|имя клиента|"
    "фио клиента|заказчик|контакт|имя и фамилия",
    "phone": "phone|phone number|mobile|tel|telephone|cell|телефон|тел|мобильный|номер телефона|телефон клиента|"
    "мобильный телефон|моб телефон",
    "email": "email|e mail|mail|почта|эл почта|электронная почта|email клиента|e mail клиента",
    "comment": "comment|comments|note|notes|комментарий|комментарии|примечание|заметка|заметки",
    "hall": "hall|room|space|resource|studio|зал|название зала|помещение|ресурс|аудитория|студия",
    "start": "start|starts|starts at|start time and date|from|begin|начало|дата и время|дата и время начала|"
    "дата время|начало записи|начало брони",
    "date": "date|day|booking date|visit date|дата|день|дата визита|дата записи|дата брони|дата бронирования",
    "time": "time|start time|time from|hour|время|время начала|время визита|время записи|с",
    "end": "end|ends|ends at|to|till|until|конец|окончание|дата и время окончания|конец записи",
    "end_time": "end time|time to|finish|время окончания|время конца|по|до",
    "duration": "duration|length|minutes|hours|длительность|продолжительность|минут|часов|кол во часов",
    "people": "people|guests|persons|number of people|людей|человек|гостей|количество человек|кол во человек|"
    "количество гостей|чел",
    "price": "price|total|amount|sum|cost|цена|стоимость|сумма|итого|к оплате",
    "reference": "reference|id|number|booking id|booking number|номер|номер брони|номер записи|id записи|код",
}
KNOWN: Mapping[str, ImportField] = {name: field for field, names in HEADINGS.items() for name in names.split("|")}


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
        found = {field: written[place].strip() for field, place in self.columns.items() if place < len(written)}
        return {field: cell for field, cell in found.items() if cell}

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
    columns = _columns(headings, mapping or {})
    missing = [" / ".join(group) for group in REQUIRED[kind] if not columns.keys() & set(group)]
    if missing:
        raise ColumnsMissingError(missing)
    return Table(encoding, delimiter, headings, columns, lines[1:])


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


def _columns(headings: Sequence[str], mapping: Mapping[ImportField, str]) -> dict[ImportField, int]:
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        places.setdefault(plain(heading), place)
    columns: dict[ImportField, int] = {}
    for field, heading in mapping.items():
        if plain(heading) not in places:
            raise UnknownHeadingError(heading=heading)
        columns[field] = places[plain(heading)]
    for heading, place in places.items():
        known = KNOWN.get(heading)
        if known and known not in columns and place not in columns.values():
            columns[known] = place
    return columns


def plain(words: str) -> str:
    """Small letters without punctuation: how headings, halls and people are compared."""
    return " ".join(re.sub(r"[^\w]+", " ", words.lower().replace("ё", "е")).split())
