"""Busy time beside bookings: closures and other calendars' events, fitted around what is claimed already."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from booking.domain_doubts import Doubt
from booking.domain_ranges import STEP, TimeRange, merge
from shared_schemas.errors import Text, Violation
from shared_schemas.halls import ImportConflict

OWN_UIDS = "@cyclorama"
"""How every UID ends that our feeds give out, in every installation: what of it is a hall's own, its calendar tells."""
MAX_CLOSURE = timedelta(days=366)


@dataclass(frozen=True)
class BusyEvent:
    """One occurrence of an event in somebody else's calendar."""

    uid: str
    during: TimeRange


@dataclass(frozen=True)
class CalendarLimits:
    """How much of somebody else's calendar is read."""

    events: int
    steps: int


@dataclass(frozen=True)
class CalendarReading:
    """What a calendar says: its events by start, what it left open, and a text that says the same once more.

    The text has only what was read: no titles, descriptions or guests."""

    events: Sequence[BusyEvent]
    doubts: Sequence[Doubt]
    doubts_total: int
    source: str


@dataclass(frozen=True)
class Obstacle:
    """Time that others claim, and the number of the booking, if it is one."""

    during: TimeRange
    number: str | None


def floor(instant: datetime) -> datetime:
    """The last moment of the 15-minute grid that is not after `instant`."""
    return instant - timedelta(seconds=instant.timestamp() % STEP.total_seconds())


def ceiling(instant: datetime) -> datetime:
    """The first moment of the grid that is not before `instant`."""
    down = floor(instant)
    return down if down == instant else down + STEP


def whole_cells(span: TimeRange) -> TimeRange:
    """The cells of the grid that a span touches: a rest of a cell could not be sold."""
    return TimeRange(floor(span.start), ceiling(span.end))


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
        yield violation("end", "end_before_start", "end must be after start", "end должен быть позже start")
        return
    for name in ("start", "end"):
        if any(getattr(one, name) != floor(getattr(one, name)) for one in occurrences):
            yield violation(
                name, "off_grid", "must be on the {step}-minute grid", "должно быть кратно {step} минутам", step=15
            )
    if slot.duration > MAX_CLOSURE:
        yield violation("end", "too_long", "at most {max} days", "не больше {max} дней", max=MAX_CLOSURE.days)
    if max(one.end for one in occurrences) <= now:
        yield violation("end", "in_past", "it is over already", "это время уже прошло")


def violation(field: str, code: str, en: str, ru: str, **params: object) -> Violation:
    """A broken rule in both languages."""
    return Violation(field, code, Text(en, ru), params)


def occurrence_uid(owner_id: UUID, start: datetime) -> str:
    """The stable UID of one stretch of a closure."""
    return f"{owner_id}-{start:%Y%m%dT%H%MZ}{OWN_UIDS}"
