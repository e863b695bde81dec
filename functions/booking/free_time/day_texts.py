"""Instants of local days as JSON has them: written once for each day and zone, as a week of a hundred halls has thirty
thousand starts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import compress
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from booking.calendar.days import day_cells
from booking.time.cells import CELL_SECONDS, ones
from shared_schemas.common import Instant

KEPT = 512
INSTANTS = TypeAdapter(list[Instant])
FLAGS = bytes.maketrans(b"01", b"\0\1")


@dataclass(frozen=True)
class DayTexts:
    """A local day: its quarters, and when each of them begins and the last one ends."""

    date: str
    cells: range
    instants: Sequence[str]

    def of(self, bits: int, first: int) -> int:
        """The bits of this day, of some whose first is that quarter."""
        return bits >> (self.cells.start - first) & ones(len(self.cells))

    def begins(self, bits: int) -> str:
        """When the quarters begin that are among the bits, separated by commas."""
        return ",".join(compress(self.instants, _flags(bits)))

    def spans(self, bits: int, since: str | None = None) -> str:
        """The stretches that they make. The first begins at `since`, if that is given."""
        if not bits:
            return "[]"
        edges: Iterator[str] = compress(self.instants, _flags(bits ^ bits << 1))
        if since:
            edges = _instead(edges, since)
        return '[{"start":' + '},{"start":'.join(map(',"end":'.join, zip(edges, edges, strict=True))) + "}]"


@lru_cache(KEPT)
def day_texts(day: date, zone: str) -> DayTexts:
    """The texts of a day."""
    cells = day_cells(day, zone)
    here = ZoneInfo(zone)
    moments = [datetime.fromtimestamp(CELL_SECONDS * cell, here) for cell in (*cells, cells.stop)]
    return DayTexts(day.isoformat(), cells, [instant_text(moment) for moment in moments])


def instant_text(moment: datetime) -> str:
    """As the contracts write it."""
    return INSTANTS.dump_json([moment]).decode()[1:-1]


def _instead(edges: Iterator[str], first: str) -> Iterator[str]:
    next(edges)
    yield first
    yield from edges


def _flags(bits: int) -> bytes:
    """A byte for each bit, the first one first."""
    return f"{bits:b}"[::-1].encode().translate(FLAGS)
