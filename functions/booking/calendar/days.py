"""Free time by local day, as clients see it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from booking.calendar.judge import Timetable, broken_rules, cells_of
from booking.calendar.starts import possible_starts
from booking.time.grid import DAY, local_midnight
from booking.time.ranges import TimeRange, intersect
from shared_schemas.booking.availability import AvailabilityDay, ClosedStart
from shared_schemas.calendar import Span


def availability_day(
    table: Timetable, day: date, duration: timedelta, people: int, now: datetime, explain: bool = False
) -> AvailabilityDay:
    """One local day of a hall; `explain` lists why each other quarter of an hour is no start."""
    return next(availability_days(table, day, day, duration, people, now, explain))


def availability_days(
    table: Timetable,
    first: date,
    last: date,
    duration: timedelta,
    people: int,
    now: datetime,
    explain: bool = False,
) -> Iterator[AvailabilityDay]:
    """The local days from `first` to `last`, both inclusive."""
    zone, seconds = table.zone, int(duration.total_seconds())
    days = local_days(table, first, last)
    whole = TimeRange(days[0].start, days[-1].end)
    ahead = TimeRange(min(max(now, whole.start), whole.end), whole.end)
    free = by_day(days, intersect(days, intersect(intersect(table.openings, [ahead]), table.unclaimed)))
    starts = starts_by_day(days, possible_starts(table, whole, seconds, people, now.timestamp()))
    for place, today in enumerate(days):
        closed = _closed(table, today, frozenset(starts[place]), seconds, people, now) if explain else None
        yield AvailabilityDay(
            date=first + DAY * place,
            free=[Span(start=r.start.astimezone(zone), end=r.end.astimezone(zone)) for r in free[place]],
            starts=[datetime.fromtimestamp(start, zone) for start in starts[place]],
            closed=closed,
        )


def local_days(table: Timetable, first: date, last: date) -> list[TimeRange]:
    """When the local days from `first` to `last` are."""
    midnights = [local_midnight(first + DAY * place, table.zone) for place in range((last - first).days + 2)]
    return [TimeRange(begins, ends) for begins, ends in pairwise(midnights)]


def by_day(days: Sequence[TimeRange], spans: Sequence[TimeRange]) -> list[list[TimeRange]]:
    """Ranges that lie within one day each, by the place of that day."""
    found: list[list[TimeRange]] = [[] for _ in days]
    begins = [day.start for day in days]
    for span in spans:
        found[bisect_right(begins, span.start) - 1].append(span)
    return found


def starts_by_day(days: Sequence[TimeRange], starts: Sequence[int]) -> list[list[int]]:
    """Starts in seconds since 1970, by the place of their day."""
    found: list[list[int]] = [[] for _ in days]
    begins = [day.start.timestamp() for day in days]
    for start in starts:
        found[bisect_right(begins, start) - 1].append(start)
    return found


def _closed(
    table: Timetable, today: TimeRange, starts: frozenset[int], seconds: int, people: int, now: datetime
) -> list[ClosedStart]:
    moment = now.timestamp()
    return [
        _closed_start(table, cell, broken_rules(table, cell, cell + seconds, people, moment), moment)
        for cell in cells_of(today)
        if cell not in starts
    ]


def _closed_start(table: Timetable, start: int, codes: list[str], now: float) -> ClosedStart:
    rule = table.minimum.rule_at(start, now) if "too_short" in codes else None
    return ClosedStart(
        start=datetime.fromtimestamp(start, table.zone), codes=codes, rule=rule.name if rule else None
    )  # fmt: skip
