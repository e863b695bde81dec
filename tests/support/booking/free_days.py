"""Free time as a test reads it, and the judge in plain words, slot by slot, to compare with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from booking.calendar.hall_time import HallTime, KnownHall
from booking.calendar.judge import Starts, possible
from booking.calendar.timetable import Timetable
from booking.free_time.writing import Asked, FreeDays
from booking.halls.domain import capacity_for
from booking.hours.domain import StudioDays, open_ranges
from booking.terms.minimum import Minimum
from booking.time.cells import CELL_SECONDS, Cells, ceiling, places
from booking.time.grid import DAY
from booking.time.grid import ceiling as ceiling_of
from booking.time.grid import floor as floor_of
from booking.time.ranges import TimeRange, merge
from shared_schemas.booking.availability import AvailabilityDay
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.hours import DateOverride
from shared_schemas.booking.policy import TermsRule
from shared_schemas.visits.purposes import PHOTO, VisitPurpose


def hall_time(
    hall: Hall, free: Sequence[TimeRange] = (), overrides: Sequence[DateOverride] = (), rules: Sequence[TermsRule] = ()
) -> HallTime:
    """A hall as if it had been read."""
    return HallTime(KnownHall(hall, StudioDays(overrides)), Cells.of(free), rules)


def availability_day(
    table: Timetable, day: date, duration: timedelta, people: int, now: datetime, explain: bool = False
) -> AvailabilityDay:
    """One local day of a hall, as clients read it."""
    asked = Asked(day, day, int(duration.total_seconds()) // CELL_SECONDS, people, now, explain)
    return AvailabilityDay.model_validate_json(FreeDays(table, asked).text())


def possible_starts(table: Timetable, window: TimeRange, seconds: int, people: int, now: float) -> list[int]:
    """The starts of a window that a visit of this length may have, in order, in seconds since 1970."""
    first = ceiling(window.start)
    starts = Starts(first, ceiling(window.end) - first, seconds // CELL_SECONDS, people, now)
    return [CELL_SECONDS * (first + place) for place in places(possible(table, starts))]


@dataclass(frozen=True)
class PlainJudge:
    """The rules of a slot as docs/booking.md has them, on ranges of time and for one slot at a time. `free` must reach
    as far beyond the days as any rule looks."""

    hall: Hall
    days: StudioDays
    free: Sequence[TimeRange]
    first: date
    last: date
    rules: Sequence[TermsRule] = ()
    purpose: VisitPurpose = PHOTO
    openings: list[TimeRange] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "openings", open_ranges(self.hall, self.days, self.first - DAY, self.last + DAY))
        whole = [TimeRange(ceiling_of(one.start), floor_of(one.end)) for one in self.free]
        object.__setattr__(self, "free", merge(one for one in whole if one.start < one.end))

    def broken(self, slot: TimeRange, people: int, now: datetime | None) -> list[str]:
        """Codes in order."""
        if now is not None and slot.start < now:
            return ["in_past"]
        hall, minute = self.hall, timedelta(minutes=1)
        claim = TimeRange(
            slot.start - minute * hall.buffer_before_minutes, slot.end + minute * hall.buffer_after_minutes
        )
        opening, stretch = _holding(self.openings, slot), _holding(self.free, claim)
        holes = _holes(claim, opening, stretch) if hall.min_gap_minutes and opening and stretch else None
        fills = bool(holes) and all(hole.end <= hole.start for hole in holes or ())
        found = [*self._size(slot, now, fills), *self._people(people)]
        if hall.archived:
            found.append("not_for_rent")
        if not opening:
            found.append("closed")
        if not stretch:
            found.append("buffer" if _holding(self.free, slot) else "busy")
        if now is not None:
            found += [*self._start(slot.start, now, fills)]
            sold_from = now + minute * hall.notice_minutes
            if holes and self._leaves_gap(*holes, sold_from):
                found.append("leaves_gap")
        return found

    def _size(self, slot: TimeRange, now: datetime | None, fills: bool) -> Iterator[str]:
        moment = None if now is None else now.timestamp()
        least = Minimum(self.hall, self.days, self.rules, self.purpose).at(slot.start.timestamp(), moment)
        if not fills and slot.duration < timedelta(minutes=least):
            yield "too_short"
        elif slot.duration > timedelta(minutes=self.hall.max_minutes):
            yield "too_long"

    def _people(self, people: int) -> Iterator[str]:
        capacity = capacity_for(self.hall, self.purpose)
        if not capacity:
            yield "other_purpose"
        elif people > capacity:
            yield "too_many_people"

    def _start(self, start: datetime, now: datetime, fills: bool) -> Iterator[str]:
        if not fills and start.astimezone(ZoneInfo(self.hall.timezone)).minute % self.hall.start_step_minutes:
            yield "start_not_allowed"
        if start < now + timedelta(minutes=self.hall.notice_minutes):
            yield "too_soon"
        if start > now + DAY * self.hall.horizon_days:
            yield "too_far_ahead"

    def _leaves_gap(self, before: TimeRange, after: TimeRange, sold_from: datetime) -> bool:
        least, nothing = timedelta(minutes=self.hall.min_gap_minutes), timedelta(0)
        sellable = before.start >= sold_from
        return (sellable and nothing < before.duration < least) or nothing < after.duration < least


def _holding(ranges: Sequence[TimeRange], span: TimeRange) -> TimeRange | None:
    return next((one for one in ranges if one.contains(span)), None)


def _holes(claim: TimeRange, opening: TimeRange, stretch: TimeRange) -> tuple[TimeRange, TimeRange]:
    """Sellable time before and after what is claimed; one that ends before it starts is none."""
    return (
        TimeRange(max(opening.start, stretch.start), claim.start),
        TimeRange(claim.end, min(opening.end, stretch.end)),
    )
