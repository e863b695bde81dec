"""Free time as clients see it, with what it costs."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.calendar.days import availability_days
from booking.calendar.hall_time import HallTime
from booking.calendar.judge import timetable_of
from booking.calendar.refusals import MARGIN
from booking.errors import InvalidPeriodError
from booking.free_time.ports import Begin, Work
from booking.prices.choosing import names_of
from booking.prices.start_prices import StartPrices
from booking.time.grid import DAY, MINUTE, local_midnight
from booking.time.ranges import TimeRange
from core.clock import Clock
from core.http.paging import InvalidCursorError
from shared_schemas.booking.availability import (
    AvailabilitiesQuery,
    Availability,
    AvailabilityDay,
    AvailabilityQuery,
    StartPrice,
)
from shared_schemas.booking.prices import TariffVersion
from shared_schemas.common import Money, Page

MAX_DAYS = 62
PRICED_DAYS, PRICED_DAYS_OF_ALL = 31, 7
"""How many days may be asked for with prices: of one hall, and of every hall."""
EXPLAINED_DAYS = 12
PAGE = 70
"""Days of halls on one page: what anybody may ask for has a bound, in time and in bytes."""
WITH_PRICES, WITH_REASONS = 3, 6
"""How many times as much a day counts then."""


class Availabilities:
    """When halls are free."""

    def __init__(self, unit_of_work: Begin, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def of_hall(self, hall_id: UUID, query: AvailabilityQuery) -> Availability:
        """Free intervals and possible starts for each local day. `InvalidPeriodError`; `HallNotFoundError`."""
        _require_days(query, PRICED_DAYS)
        with self._unit_of_work() as work:
            return self._of(work, query, [hall_id])[0]

    def of_all(self, query: AvailabilitiesQuery) -> Page[Availability]:
        """The same for every hall that is large enough, by name; the longer the period, the fewer halls on a page.

        `InvalidPeriodError`, `InvalidCursorError`."""
        days = _require_days(query, PRICED_DAYS_OF_ALL)
        weight = WITH_REASONS if query.explain else WITH_PRICES if query.prices else 1
        limit = max(1, PAGE // (days * weight))
        after = hall_in(query.cursor)
        with self._unit_of_work() as work:
            found = work.halls.fitting(query.people, query.purpose, after, limit + 1)
            told = self._of(work, query, found[:limit]) if found else []
        return Page(data=told, next_cursor=str(found[limit - 1]) if len(found) > limit else None)

    def _of(self, work: Work, query: AvailabilityQuery, hall_ids: list[UUID]) -> list[Availability]:
        times = work.times.of(window_of(query.from_, query.to), hall_ids)
        prices, now = work.prices.active() if query.prices else None, self._clock.now()
        return [_availability(time, query, prices, now) for time in times]


def _require_days(query: AvailabilityQuery, priced_days: int) -> int:
    """How many days are asked for."""
    bounds = [MAX_DAYS, *([priced_days] if query.prices else []), *([EXPLAINED_DAYS] if query.explain else [])]
    days, most = (query.to - query.from_).days, min(bounds)
    if not 1 <= days <= most:
        raise InvalidPeriodError(max_days=most)
    return days


def hall_in(cursor: str | None) -> UUID | None:
    """The last hall of the page before; `InvalidCursorError`."""
    try:
        return UUID(cursor) if cursor else None
    except ValueError:
        raise InvalidCursorError from None


def window_of(first: date, last: date) -> TimeRange:
    """What must be known of the local days from `first` to `last`: zones come with the halls, so a window a day wider
    covers any."""
    utc = ZoneInfo("UTC")
    return TimeRange(local_midnight(first, utc) - MARGIN, local_midnight(last, utc) + MARGIN)


def _availability(
    time: HallTime, query: AvailabilityQuery, prices: TariffVersion | None, now: datetime
) -> Availability:
    table = timetable_of(time, query.purpose, query.from_, query.to)
    last, duration = query.to - DAY, MINUTE * query.duration
    days = list(availability_days(table, query.from_, last, duration, query.people, now, query.explain))
    if prices:
        told = StartPrices(
            time.hall, prices, time.days, query.from_, last, query.duration, query.people, query.purpose, now
        )  # fmt: skip
        days = [_priced(day, told, query.explain) for day in days]
    return Availability(
        hall_id=time.hall.id, timezone=time.hall.timezone, duration_minutes=query.duration, days=days
    )  # fmt: skip


def _priced(day: AvailabilityDay, prices: StartPrices, explain: bool) -> AvailabilityDay:
    totals = ((start, prices.total(int(start.timestamp()))) for start in day.starts)
    found = [
        StartPrice(start=start, total=Money(amount=total), by=_names(prices, start) if explain else None)
        for start, total in totals
        if total is not None
    ]
    return day.model_copy(update={"prices": found})


def _names(prices: StartPrices, start: datetime) -> list[str]:
    return names_of(prices.chosen(int(start.timestamp())))
