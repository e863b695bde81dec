"""Free time as clients see it, with what it costs."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.calendar.hall_time import HallTime
from booking.calendar.timetable import timetable_of
from booking.errors import InvalidPeriodError
from booking.free_time.ports import Begin, Work
from booking.free_time.writing import Asked, FreeDays
from booking.prices.start_prices import StartPrices
from booking.time.grid import DAY, local_midnight
from booking.time.ranges import TimeRange
from core.clock import Clock
from core.http.paging import InvalidCursorError
from core.http.representations import Written
from shared_schemas.booking.availability import AvailabilitiesQuery, Availability, AvailabilityQuery
from shared_schemas.booking.prices import TariffVersion
from shared_schemas.calendar import STEP_MINUTES
from shared_schemas.common import Page

MAX_DAYS = 62
PRICED_DAYS, PRICED_DAYS_OF_ALL = 31, 7
"""How many days may be asked for with prices: of one hall, and of every hall."""
EXPLAINED_DAYS = 12
PAGE, PLAIN_PAGE = 700, 70
"""Days of halls on one page: what anybody may ask for has a bound, in time and in bytes. Whoever does not take it
compressed gets a tenth."""
WITH_PRICES, WITH_REASONS = 5, 5
"""How many times as much a day counts then."""


class Availabilities:
    """When halls are free."""

    def __init__(self, unit_of_work: Begin, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def of_hall(self, hall_id: UUID, query: AvailabilityQuery) -> Written[Availability]:
        """Free intervals and possible starts for each local day. `InvalidPeriodError`; `HallNotFoundError`."""
        _require_days(query, PRICED_DAYS)
        with self._unit_of_work() as work:
            times = work.times.of(window_of(query.from_, query.to), [hall_id])
            (told,) = self._written(work, query, times)
        return Written(told)

    def of_all(self, query: AvailabilitiesQuery, *, compressed: bool = True) -> Written[Page[Availability]]:
        """The same for every hall that is large enough, by name; the longer the period, the fewer halls on a page.

        `InvalidPeriodError`, `InvalidCursorError`."""
        days = _require_days(query, PRICED_DAYS_OF_ALL)
        weight = WITH_REASONS if query.explain else WITH_PRICES if query.prices else 1
        limit = max(1, (PAGE if compressed else PLAIN_PAGE) // (days * weight))
        after, window = hall_in(query.cursor), window_of(query.from_, query.to)
        with self._unit_of_work() as work:
            found = work.times.fitting(window, query.people, query.purpose, after, limit + 1)
            told = self._written(work, query, found[:limit]) if found else []
        cursor = f',"next_cursor":"{found[limit - 1].hall.id}"' if len(found) > limit else ""
        return Written(f'{{"data":[{",".join(told)}]{cursor}}}')

    def _written(self, work: Work, query: AvailabilityQuery, times: Sequence[HallTime]) -> list[str]:
        """Each as an `Availability`."""
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
    """What must be known of the local days from `first` to `last`: zones come with the halls, and lie up to 14 hours
    apart; a visit with its buffers, and a gap beside it, reaches 32 hours further."""
    utc = ZoneInfo("UTC")
    return TimeRange(local_midnight(first, utc) - DAY, local_midnight(last, utc) + 2 * DAY)


def _availability(time: HallTime, query: AvailabilityQuery, prices: TariffVersion | None, now: datetime) -> str:
    hall, last = time.hall, query.to - DAY
    table = timetable_of(time, query.purpose, query.from_, query.to)
    told = _prices(time, query, prices, now) if prices else None
    asked = Asked(query.from_, last, query.duration // STEP_MINUTES, query.people, now, query.explain)
    return (
        f'{{"hall_id":"{hall.id}","timezone":{json.dumps(hall.timezone)},"step_minutes":{STEP_MINUTES},'
        f'"duration_minutes":{query.duration},"days":[{FreeDays(table, asked, told).text()}]}}'
    )


def _prices(time: HallTime, query: AvailabilityQuery, prices: TariffVersion, now: datetime) -> StartPrices:
    last = query.to - DAY
    return StartPrices(
        time.hall, prices, time.days, query.from_, last, query.duration, query.people, query.purpose, now
    )  # fmt: skip
