"""When a hall may be booked: the one judge of a slot, and the starts that it lets through.

`violations` decides for availability, quotes, bookings and changes alike, so that every start that is offered can be
booked and every other is refused for the reason that `explain` gives. The database's constraint has the last word.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.domain_days import DAY, StudioDays, local_midnight, open_ranges
from booking.domain_ranges import STEP, TimeRange, intersect, merge
from shared_schemas.calendar import Span
from shared_schemas.errors import Text, Violation
from shared_schemas.halls import AvailabilityDay, ClosedStart, Hall

MINUTE = timedelta(minutes=1)
TAKEN = frozenset({"busy", "buffer"})
"""Codes of time that is not free, which another hour or another hall can cure."""
STRUCTURE = frozenset({"end_before_start", "off_grid"})
"""Codes that nobody's word can set aside."""


def spaces(hall: Hall) -> list[UUID]:
    """What a booking of the hall takes: the hall, or the halls it is made of."""
    return hall.parts or [hall.id]


def claim(hall: Hall, slot: TimeRange) -> TimeRange:
    """What a booking of `slot` takes of the calendar: the slot and the buffers around it."""
    taken = slot.utc()  # A wall clock would be an hour out where a buffer crosses a change to or from summer time.
    return TimeRange(taken.start - MINUTE * hall.buffer_before_minutes, taken.end + MINUTE * hall.buffer_after_minutes)


@dataclass(frozen=True)
class Timetable:
    """A hall's opening hours and what nobody claims of it, both in order and merged, over the days in question."""

    hall: Hall
    openings: Sequence[TimeRange]
    unclaimed: Sequence[TimeRange]

    def opening(self, slot: TimeRange) -> TimeRange | None:
        """The opening hours that hold the slot."""
        return _holding(self.openings, self._opening_starts, slot)

    def stretch(self, slot: TimeRange) -> TimeRange | None:
        """The unclaimed stretch that holds the slot."""
        return _holding(self.unclaimed, self._unclaimed_starts, slot)

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.hall.timezone)

    @cached_property
    def _opening_starts(self) -> list[datetime]:
        return [opening.start for opening in self.openings]

    @cached_property
    def _unclaimed_starts(self) -> list[datetime]:
        return [stretch.start for stretch in self.unclaimed]


def timetable(hall: Hall, days: StudioDays, free: Sequence[TimeRange], first: date, last: date) -> Timetable:
    """For slots that start on the local days from `first` to `last`; `free` must reach two days further."""
    return Timetable(hall, open_ranges(hall, days, first - DAY, last + DAY), merge(free))


def _holding(ranges: Sequence[TimeRange], starts: Sequence[datetime], slot: TimeRange) -> TimeRange | None:
    index = bisect_right(starts, slot.start) - 1
    return ranges[index] if index >= 0 and slot.end <= ranges[index].end else None


def violations(table: Timetable, slot: TimeRange, people: int, now: datetime | None) -> list[Violation]:
    """Every rule that a booking of `slot` would break; empty where it may be made.

    Without `now` the slot belongs to a visit that is already booked: how far ahead it is, and what its size leaves
    free beside it, no longer matter."""
    if slot.end <= slot.start:
        return [_violation("end", "end_before_start", "end must be after start", "end должен быть позже start")]
    if found := _grid(slot):
        return found
    if now is not None and slot.start < now:
        return [_violation("start", "in_past", "start is in the past", "start в прошлом")]
    left, right = holes(table, slot)
    fills = table.hall.min_gap_minutes > 0 and left == right == timedelta(0)
    found = [*_duration(table.hall, slot, fills), *_place(table, slot, people)]
    if now is None:
        return found
    return [*found, *_start(table, slot, now, fills), *_gap(table, slot, now, left, right)]


def holes(table: Timetable, slot: TimeRange) -> tuple[timedelta | None, timedelta | None]:
    """How much sellable time a booking would leave on either side of it; None where it cannot be made anyway."""
    opening, taken = table.opening(slot), claim(table.hall, slot)
    stretch = table.stretch(taken)
    if opening is None or stretch is None:
        return None, None
    zero = timedelta(0)
    left = taken.start - max(opening.start, stretch.start)
    return max(left, zero), max(min(opening.end, stretch.end) - taken.end, zero)


def _grid(slot: TimeRange) -> list[Violation]:
    step = STEP.total_seconds()
    return [
        _violation(name, "off_grid", "must be on the {step}-minute grid", "должно быть кратно {step} минутам", step=15)
        for name, instant in (("start", slot.start), ("end", slot.end))
        if instant.timestamp() % step
    ]


def _duration(hall: Hall, slot: TimeRange, fills: bool) -> Iterator[Violation]:
    minutes = slot.duration / MINUTE
    if minutes < hall.min_minutes and not fills:
        yield _violation("end", "too_short", "at least {min} minutes", "не меньше {min} минут", min=hall.min_minutes)
    if minutes > hall.max_minutes:
        yield _violation("end", "too_long", "at most {max} minutes", "не больше {max} минут", max=hall.max_minutes)


def _place(table: Timetable, slot: TimeRange, people: int) -> Iterator[Violation]:
    hall = table.hall
    if people > hall.capacity:
        yield _violation(
            "people", "too_many_people", "at most {max} people", "не больше {max} человек", max=hall.capacity
        )
    if hall.archived:
        yield _violation("hall_id", "not_for_rent", "the hall is not for rent", "зал не сдаётся")
    if table.opening(slot) is None:
        yield _violation("start", "closed", "the hall is closed then", "зал в это время закрыт")
    if table.stretch(slot) is None:
        yield _violation("start", "busy", "the hall is taken then", "зал в это время занят")
    elif table.stretch(claim(hall, slot)) is None:
        yield _violation(
            "start",
            "buffer",
            "the hall needs {before} minutes before and {after} after a visit",
            "залу нужно {before} мин до визита и {after} мин после",
            before=hall.buffer_before_minutes,
            after=hall.buffer_after_minutes,
        )


def _start(table: Timetable, slot: TimeRange, now: datetime, fills: bool) -> Iterator[Violation]:
    hall = table.hall
    if slot.start.astimezone(table.zone).minute % hall.start_step_minutes and not fills:
        yield _violation(
            "start", "start_not_allowed", "starts are every {step} minutes", "начало — каждые {step} минут",
            step=hall.start_step_minutes,
        )  # fmt: skip
    if slot.start < now + MINUTE * hall.notice_minutes:
        yield _violation(
            "start", "too_soon", "at least {minutes} minutes ahead", "не позже чем за {minutes} мин",
            minutes=hall.notice_minutes,
        )  # fmt: skip
    if slot.start > now + DAY * hall.horizon_days:
        yield _violation(
            "start", "too_far_ahead", "at most {days} days ahead", "не дальше {days} дней вперёд",
            days=hall.horizon_days,
        )  # fmt: skip


def _gap(
    table: Timetable, slot: TimeRange, now: datetime, left: timedelta | None, right: timedelta | None
) -> Iterator[Violation]:
    hall = table.hall
    least, nothing = MINUTE * hall.min_gap_minutes, timedelta(0)
    if left is None or right is None:
        return
    # Time that can hardly be sold any more is no loss.
    sellable = claim(hall, slot).start - left >= now + MINUTE * hall.notice_minutes
    if (sellable and nothing < left < least) or nothing < right < least:
        yield _violation(
            "start", "leaves_gap", "no free stretch shorter than {min} minutes may be left beside the visit",
            "рядом с визитом не должно оставаться свободного промежутка короче {min} минут", min=hall.min_gap_minutes,
        )  # fmt: skip


def _violation(name: str, code: str, en: str, ru: str, **params: object) -> Violation:
    return Violation(name, code, Text(en, ru), params)


def availability_day(
    table: Timetable, day: date, duration: timedelta, people: int, now: datetime, explain: bool = False
) -> AvailabilityDay:
    """One local day of a hall; `explain` lists why each other quarter of an hour is no start."""
    zone = table.zone
    today = TimeRange(local_midnight(day, zone), local_midnight(day + DAY, zone))
    ahead = TimeRange(min(max(now, today.start), today.end), today.end)
    free = intersect(intersect(table.openings, [ahead]), table.unclaimed)
    candidates = [today] if explain else free
    starts, closed = [], []
    for cell in (cell for span in candidates for cell in _aligned(span).cells()):
        found = violations(table, TimeRange(cell.start, cell.start + duration), people, now)
        if not found:
            starts.append(cell.start.astimezone(zone))
        elif explain:
            codes = [violation.code for violation in found]
            closed.append(ClosedStart(start=cell.start.astimezone(zone), codes=codes))
    return AvailabilityDay(
        date=day,
        free=[Span(start=r.start.astimezone(zone), end=r.end.astimezone(zone)) for r in free],
        starts=starts,
        closed=closed if explain else None,
    )


def _aligned(span: TimeRange) -> TimeRange:
    """The range from the first grid point in it."""
    past = timedelta(seconds=span.start.timestamp() % STEP.total_seconds())
    return TimeRange(span.start + (STEP - past if past else past), span.end)
