"""Busy time beside bookings: closures and other calendars' events, fitted around what is claimed already."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking.ical.domain import BusyEvent
from booking.time.grid import floor
from booking.time.ranges import TimeRange, merge
from shared_schemas.booking.closures import ImportConflict
from shared_schemas.errors import Violation

MAX_CLOSURE = timedelta(days=366)


@dataclass(frozen=True)
class Obstacle:
    """Time claimed by others, and the number of the booking, if it is one."""

    during: TimeRange
    number: str | None


def ahead(ranges: Iterable[TimeRange], since: datetime) -> list[TimeRange]:
    """What of it lies at or after `since`, merged."""
    return merge(TimeRange(max(span.start, since), span.end) for span in ranges if span.end > since)


def past(ranges: Iterable[TimeRange], until: datetime) -> list[TimeRange]:
    """What of it lies before `until`, merged."""
    return merge(TimeRange(span.start, min(span.end, until)) for span in ranges if span.start < until)


def touching(ranges: Collection[TimeRange], span: TimeRange) -> bool:
    """Whether any of the ranges shares time with the span."""
    return any(one.start < span.end and span.start < one.end for one in ranges)


def conflicts(events: Iterable[BusyEvent], obstacles: Iterable[Obstacle]) -> list[ImportConflict]:
    """The events that meet time claimed by others, and which bookings those are."""
    by_day: dict[date, list[Obstacle]] = defaultdict(list)
    for obstacle in obstacles:
        for day in _days(obstacle.during):
            by_day[day].append(obstacle)
    found = []
    for event in events:
        near = (obstacle for day in _days(event.during) for obstacle in by_day.get(day, ()))
        met = {obstacle for obstacle in near if touching([obstacle.during], event.during)}
        if met:
            numbers = sorted({obstacle.number for obstacle in met if obstacle.number})
            start, end = event.during.start, event.during.end
            found.append(ImportConflict(uid=event.uid, start=start, end=end, bookings=numbers))
    return found


def _days(during: TimeRange) -> list[date]:
    """The days of UTC that it touches."""
    first = during.start.date()
    return [first + timedelta(days=number) for number in range((during.end.date() - first).days + 1)]


def closure_violations(occurrences: Collection[TimeRange], now: datetime) -> Iterator[Violation]:
    """What is wrong with the times of a closure."""
    slot = min(occurrences)
    if slot.end <= slot.start:
        yield Violation.of(
            "end",
            "end_before_start",
            "The closure must end after it starts",
            "Закрытие должно закончиться позже, чем началось",
        )
        return
    for name in ("start", "end"):
        if any(getattr(one, name) != floor(getattr(one, name)) for one in occurrences):
            yield Violation.of(
                name,
                "off_grid",
                "Times go in steps of {step} minutes",
                "Время должно быть кратно {step} минутам",
                step=15,
            )
    if slot.duration > MAX_CLOSURE:
        yield Violation.of(
            "end",
            "too_long",
            "A closure may last at most {max} days",
            "Закрытие может длиться не больше {max} дней",
            max=MAX_CLOSURE.days,
        )
    if max(one.end for one in occurrences) <= now:
        yield Violation.of("end", "in_past", "This time is already over", "Это время уже прошло")
