"""When halls are open, whatever is booked in them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.closures.ports import OpenHoursWork
from booking.errors import InvalidPeriodError
from booking.halls.domain import spaces
from booking.hours.domain import PublicHolidays, StudioDays, open_ranges
from booking.time.grid import DAY, local_midnight
from booking.time.ranges import TimeRange, intersect, subtract
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.open_hours import OpenHours, OpenHoursQuery
from shared_schemas.calendar import Span

MAX_DAYS = 92
UTC_ZONE = ZoneInfo("UTC")


class OpeningHours:
    """The hours of all halls, archived ones too: they were open once."""

    def __init__(self, unit_of_work: Callable[[], OpenHoursWork], public_holidays: PublicHolidays) -> None:
        self._unit_of_work = unit_of_work
        self._public_holidays = public_holidays

    def of_all(self, query: OpenHoursQuery) -> list[OpenHours]:
        """By the halls' names; `InvalidPeriodError` beyond a quarter of a year."""
        if not 1 <= (query.to - query.from_).days <= MAX_DAYS:
            raise InvalidPeriodError(max_days=MAX_DAYS)
        with self._unit_of_work() as work:
            days = StudioDays(work.overrides.all(query.from_ - DAY), self._public_holidays)
            # A day more on both sides: midnight is not everywhere at once.
            closed = work.closures.closed_everywhere(_period(query.from_ - DAY, query.to + DAY, UTC_ZONE))
            return [_of_hall(hall, closed, days, query) for hall in work.halls.all(archived=True)]


def _of_hall(
    hall: Hall, closures: Mapping[UUID, Sequence[TimeRange]], days: StudioDays, query: OpenHoursQuery
) -> OpenHours:
    zone = ZoneInfo(hall.timezone)
    period = _period(query.from_, query.to, zone)
    closed = [during for space in spaces(hall) for during in closures.get(space, ())]
    # The hours of the day before may reach into the first.
    opened = intersect(open_ranges(hall, days, query.from_ - DAY, query.to - DAY), [period])
    return OpenHours(
        hall_id=hall.id,
        hall_name=hall.name,
        timezone=hall.timezone,
        parts=hall.parts,
        archived=hall.archived,
        open=[
            Span(start=span.start.astimezone(zone), end=span.end.astimezone(zone)) for span in subtract(opened, closed)
        ],
    )


def _period(first: date, last: date, zone: ZoneInfo) -> TimeRange:
    return TimeRange(local_midnight(first, zone), local_midnight(last, zone))
