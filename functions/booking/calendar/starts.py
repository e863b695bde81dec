"""The starts that are nearest to one that was asked for."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from booking.calendar.judge import Starts, possible
from booking.calendar.timetable import Timetable
from booking.time.cells import CELL_SECONDS, ceiling, floor, ones
from booking.time.ranges import TimeRange


def nearest_starts(
    table: Timetable, slot: TimeRange, people: int, now: datetime, reach: timedelta
) -> Iterator[datetime]:
    """When a visit as long as `slot` could start instead, at most `reach` away: the nearest first, then the earlier."""
    first, last = ceiling(slot.start - reach), floor(slot.start + reach)
    length = int(slot.duration.total_seconds()) // CELL_SECONDS
    bits = possible(table, Starts(first, last - first + 1, length, people, now.timestamp()))
    wanted = slot.start.timestamp() / CELL_SECONDS - first
    for place in _outwards(bits, wanted):
        yield datetime.fromtimestamp(CELL_SECONDS * (first + place), UTC)


def _outwards(bits: int, middle: float) -> Iterator[int]:
    """The places of the ones, by how far each is from the middle; of two that are equally far the first."""
    turn = int(middle) + 1
    below, above = bits & ones(turn), bits >> turn << turn
    while below or above:
        earlier, later = below.bit_length() - 1, (above & -above).bit_length() - 1
        if below and (not above or middle - earlier <= later - middle):
            below ^= 1 << earlier
            yield earlier
        else:
            above ^= 1 << later
            yield later
