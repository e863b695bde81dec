"""A hall's opening hours and its free time around the days in question, which is what a slot is judged by."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from booking.calendar.hall_time import HallTime
from booking.halls.domain import capacity_for
from booking.hours.domain import StudioDays, open_cells
from booking.terms.minimum import Minimum
from booking.time.cells import Cells, ceiling, floor
from booking.time.grid import DAY
from booking.time.ranges import TimeRange
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import TermsRule
from shared_schemas.visits.purposes import PHOTO, VisitPurpose


@dataclass(frozen=True)
class Timetable:
    """When a hall is open and when nobody has it, for visits of a purpose."""

    hall: Hall
    openings: Cells
    unclaimed: Cells
    days: StudioDays = field(default_factory=StudioDays)
    rules: Sequence[TermsRule] = ()
    """The studio's, of how short a visit may be."""
    purpose: VisitPurpose = PHOTO

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.hall.timezone)

    @cached_property
    def minimum(self) -> Minimum:
        return Minimum(self.hall, self.days, self.rules, self.purpose)

    @cached_property
    def capacity(self) -> int:
        return capacity_for(self.hall, self.purpose)


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
    return Timetable(hall, open_cells(hall, days, first - DAY, last + DAY), Cells.of(free), days, rules, purpose)


def timetable_of(time: HallTime, purpose: VisitPurpose, first: date, last: date) -> Timetable:
    """The same of a hall as it was read."""
    openings = time.known.openings(first - DAY, last + DAY)
    return Timetable(time.hall, openings, time.free, time.days, time.rules, purpose)


def is_open(table: Timetable, span: TimeRange) -> bool:
    """Whether the hall's opening hours hold all of it."""
    return table.openings.holds(floor(span.start), ceiling(span.end))
