"""When a hall may be booked: the rules of a slot, including the gap rule, and the starts that they allow.

`violations` decides for availability, quotes, bookings and changes alike, so that every start that is offered can be
booked and every other is refused for the reason that `explain` gives. The database's constraint decides last.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from booking.calendar.hall_time import HallTime
from booking.calendar.rules import violation_of
from booking.halls.domain import capacity_for
from booking.hours.domain import StudioDays, open_ranges
from booking.terms.minimum import Minimum
from booking.time.grid import DAY, local_midnight
from booking.time.ranges import STEP, TimeRange, intersect, merge
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import TermsRule
from shared_schemas.errors import Text, Violation
from shared_schemas.visits.purposes import PHOTO, VisitPurpose

STEP_SECONDS = int(STEP.total_seconds())
LONGEST_DAYS = 31
"""Of one visit, whatever staff agree on: a price has a line and a cell for every quarter of an hour."""
DAY_SECONDS = int(DAY.total_seconds())
TAKEN = frozenset({"busy", "buffer"})
"""Codes of time that is not free, which another hour or another hall can cure."""
STRUCTURE = frozenset({"end_before_start", "off_grid", "longer_than_a_month"})
"""Codes that staff cannot override either."""


@dataclass(frozen=True)
class Edges:
    """Ranges in order and apart, in seconds since 1970: a week of a hundred halls is judged cell by cell."""

    starts: Sequence[float]
    ends: Sequence[float]

    def holding(self, start: float, end: float) -> int | None:
        """The place of the range that holds all the time from `start` to `end`."""
        index = bisect_right(self.starts, start) - 1
        return index if index >= 0 and end <= self.ends[index] else None


@dataclass(frozen=True)
class Timetable:
    """A hall's opening hours and its free time, both sorted and merged, over the days in question, for visits of a
    purpose."""

    hall: Hall
    openings: Sequence[TimeRange]
    unclaimed: Sequence[TimeRange]
    days: StudioDays = field(default_factory=StudioDays)
    rules: Sequence[TermsRule] = ()
    """The studio's, of how short a visit may be."""
    purpose: VisitPurpose = PHOTO

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.hall.timezone)

    @cached_property
    def opening_edges(self) -> Edges:
        return _edges(self.openings)

    @cached_property
    def unclaimed_edges(self) -> Edges:
        return _edges(self.unclaimed)

    @cached_property
    def minimum(self) -> Minimum:
        return Minimum(self.hall, self.days, self.rules, self.purpose)

    @cached_property
    def capacity(self) -> int:
        return capacity_for(self.hall, self.purpose)


def _edges(ranges: Sequence[TimeRange]) -> Edges:
    return Edges([one.start.timestamp() for one in ranges], [one.end.timestamp() for one in ranges])


def timetable(
    hall: Hall,
    days: StudioDays,
    free: Sequence[TimeRange],
    first: date,
    last: date,
    rules: Sequence[TermsRule] = (),
    purpose: VisitPurpose = PHOTO,
) -> Timetable:
    """For slots that start on the local days from `first` to `last`; `free` must reach two days further."""
    return Timetable(hall, open_ranges(hall, days, first - DAY, last + DAY), merge(free), days, rules, purpose)


def timetable_of(time: HallTime, purpose: VisitPurpose, first: date, last: date) -> Timetable:
    """The same of a hall as it was read."""
    return timetable(time.hall, time.days, time.free, first, last, time.rules, purpose)


def violations(table: Timetable, slot: TimeRange, people: int, now: datetime | None) -> list[Violation]:
    """Every rule that a booking of `slot` would break; empty if it may be made.

    Without `now` the slot belongs to a visit that is already booked: how far ahead it is, and what its size leaves
    free beside it, no longer matter."""
    if slot.end <= slot.start:
        return [
            Violation.of(
                "end",
                "end_before_start",
                "The visit must end after it starts",
                "Визит должен закончиться позже, чем начался",
            )
        ]
    if slot.duration > LONGEST_DAYS * DAY:
        return [
            Violation.of(
                "end",
                "longer_than_a_month",
                "A visit may last at most {max} days",
                "Визит может длиться не больше {max} дней",
                max=LONGEST_DAYS,
            )
        ]
    if found := _grid(slot):
        return found
    moment = None if now is None else now.timestamp()
    codes = broken_rules(table, int(slot.start.timestamp()), int(slot.end.timestamp()), people, moment)
    return [_violation(code, table, slot, moment) for code in codes]


def _violation(code: str, table: Timetable, slot: TimeRange, now: float | None) -> Violation:
    if code == "closed":
        return _closed(table, slot)
    if code == "too_many_people":
        return violation_of(code, table.hall, max=table.capacity)
    start = slot.start.timestamp()
    if code == "too_short" and (rule := table.minimum.rule_at(start, now)):
        return violation_of(code, table.hall, min=table.minimum.at(start, now), rule=rule.name)
    return violation_of(code, table.hall)


def _closed(table: Timetable, slot: TimeRange) -> Violation:
    """With the hours of the local day on which the slot starts."""
    day = slot.start.astimezone(table.zone).date()
    today = TimeRange(local_midnight(day, table.zone), local_midnight(day + DAY, table.zone))
    hours = [
        f"{opening.start.astimezone(table.zone):%H:%M}–"
        + ("24:00" if opening.end == today.end else f"{opening.end.astimezone(table.zone):%H:%M}")
        for opening in intersect(table.openings, [today])
    ]
    if not hours:
        return violation_of("closed", table.hall)
    text = Text("The hall is open {hours} that day", "В этот день зал открыт {hours}")
    return Violation("start", "closed", text, {"hours": ", ".join(hours)})


def is_open(table: Timetable, span: TimeRange) -> bool:
    """Whether the hall's opening hours hold all of it."""
    return table.opening_edges.holding(span.start.timestamp(), span.end.timestamp()) is not None


def broken_rules(table: Timetable, start: int, end: int, people: int, now: float | None) -> list[str]:
    """The judge itself: codes of the rules that a slot on the grid breaks. All times in seconds since 1970."""
    if now is not None and start < now:
        return ["in_past"]
    hall = table.hall
    opening = table.opening_edges.holding(start, end)
    claimed_from, claimed_to = start - 60 * hall.buffer_before_minutes, end + 60 * hall.buffer_after_minutes
    stretch = table.unclaimed_edges.holding(claimed_from, claimed_to)
    left = right = None
    if hall.min_gap_minutes and opening is not None and stretch is not None:
        left, right = _holes(table, claimed_from, claimed_to, opening, stretch)
    fills = left == right == 0
    codes = _wrong_size(table, start, end - start, now, fills)
    if not table.capacity:
        codes.append("other_purpose")
    elif people > table.capacity:
        codes.append("too_many_people")
    if hall.archived:
        codes.append("not_for_rent")
    if opening is None:
        codes.append("closed")
    if stretch is None:
        codes.append("buffer" if table.unclaimed_edges.holding(start, end) is not None else "busy")
    if now is not None:
        codes += _wrong_start(table, start, now, fills)
        if left is not None and right is not None and _leaves_gap(hall, claimed_from, left, right, now):
            codes.append("leaves_gap")
    return codes


def _holes(table: Timetable, claimed_from: float, claimed_to: float, opening: int, stretch: int) -> tuple[float, float]:
    """The gap rule: how much sellable time, in seconds, a booking would leave before and after it."""
    opened, free = table.opening_edges, table.unclaimed_edges
    left = claimed_from - max(opened.starts[opening], free.starts[stretch])
    return max(left, 0), max(min(opened.ends[opening], free.ends[stretch]) - claimed_to, 0)


def _wrong_size(table: Timetable, start: int, seconds: int, now: float | None, fills: bool) -> list[str]:
    if not fills and seconds < 60 * table.minimum.at(start, now):
        return ["too_short"]
    return ["too_long"] if seconds > 60 * table.hall.max_minutes else []


def _wrong_start(table: Timetable, start: int, now: float, fills: bool) -> Iterator[str]:
    hall = table.hall
    if not fills and datetime.fromtimestamp(start, table.zone).minute % hall.start_step_minutes:
        yield "start_not_allowed"
    if start < now + 60 * hall.notice_minutes:
        yield "too_soon"
    if start > now + DAY_SECONDS * hall.horizon_days:
        yield "too_far_ahead"


def _leaves_gap(hall: Hall, claimed_from: float, left: float, right: float, now: float) -> bool:
    least = 60 * hall.min_gap_minutes
    # Time that is too near to be sold is not a gap.
    sellable = claimed_from - left >= now + 60 * hall.notice_minutes
    return (sellable and 0 < left < least) or 0 < right < least


def _grid(slot: TimeRange) -> list[Violation]:
    return [
        Violation.of(
            name, "off_grid", "Times go in steps of {step} minutes", "Время должно быть кратно {step} минутам", step=15
        )
        for name, instant in (("start", slot.start), ("end", slot.end))
        if instant.timestamp() % STEP_SECONDS
    ]


def nearest_starts(
    table: Timetable, slot: TimeRange, people: int, now: datetime, reach: timedelta
) -> Iterator[datetime]:
    """When a visit as long as `slot` could start instead, at most `reach` away: the nearest first, then the earlier."""
    wanted, seconds, moment = slot.start.timestamp(), int(slot.duration.total_seconds()), now.timestamp()
    around = cells_of(TimeRange(slot.start - reach, slot.start + reach + STEP))
    for start in sorted(around, key=lambda start: (abs(start - wanted), start)):
        if not broken_rules(table, start, start + seconds, people, moment):
            yield datetime.fromtimestamp(start, UTC)


def cells_of(span: TimeRange) -> range:
    """Where the quarters of an hour begin that lie wholly in the range."""
    first = -(-span.start.timestamp() // STEP_SECONDS) * STEP_SECONDS
    return range(int(first), int(span.end.timestamp()) - STEP_SECONDS + 1, STEP_SECONDS)
