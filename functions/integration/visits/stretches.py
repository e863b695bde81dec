"""Stretches of time by the wall clock: local days, and minutes since midnight that are as many real minutes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
STEP = timedelta(minutes=15)
"""The grid of everything that is booked; the clocks of all zones differ by multiples of it."""

Stretch = tuple[date, int, int]


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a local day begins, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def stretches(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[Stretch]:
    """What of a span lies on which local day: cut at midnight, and wherever the clock jumps."""
    opens, closes = start.astimezone(zone), end.astimezone(zone)
    if opens.date() == closes.date() and opens.utcoffset() == closes.utcoffset():
        # As nearly all are: a report of a year has tens of thousands.
        yield opens.date(), _of_day(opens), _of_day(closes)
        return
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    day = start.astimezone(zone).date()
    begins = midnight(day, zone)
    while begins < end:
        ends = midnight(day + DAY, zone)
        first, last = max(start, begins), min(end, ends)
        if ends - begins == DAY:
            yield day, (first - begins) // MINUTE, (last - begins) // MINUTE
        else:
            yield from _step_by_step(day, first, last, zone)
        day, begins = day + DAY, ends


def _step_by_step(day: date, start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[Stretch]:
    """A day on which clocks change."""
    begins = reached = _minute(start, zone)
    while start < end:
        minute = _minute(start, zone)
        if minute != reached:
            yield day, begins, reached
            begins = minute
        length = min(STEP, end - start)
        start, reached = start + length, minute + length // MINUTE
    yield day, begins, reached


def _minute(instant: datetime, zone: ZoneInfo) -> int:
    return _of_day(instant.astimezone(zone))


def _of_day(local: datetime) -> int:
    return local.hour * 60 + local.minute
