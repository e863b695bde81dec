"""A month at a glance: which days have room for a visit, and from what price on."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, floor

from booking.calendar.days import local_days
from booking.calendar.hall_time import HallTime
from booking.calendar.judge import Starts, possible
from booking.calendar.timetable import timetable_of
from booking.free_time.ports import Begin, Work
from booking.free_time.service import hall_in, window_of
from booking.prices.start_prices import StartPrices
from booking.terms.conditions import has_notice
from booking.time.cells import CELL_SECONDS, ones, places
from booking.time.grid import DAY
from booking.time.ranges import TimeRange
from core.clock import Clock
from shared_schemas.booking.availability import CalendarDay, HallMonth, MonthCalendar, MonthQuery
from shared_schemas.booking.prices import TariffVersion
from shared_schemas.common import Money
from shared_schemas.visits.purposes import VisitPurpose

MOST_KNOWN = 64
PAGE = 16
"""Halls on one page: each takes about three milliseconds to reckon."""
Key = tuple[str, int, int, VisitPurpose, str | None]


@dataclass(frozen=True)
class Told:
    """A month as it was told: what it was true for, and until when, where it depends on how soon a visit is."""

    stamp: str
    moment: tuple[int, int] | None
    month: MonthCalendar

    def holds(self, stamp: str, now: datetime) -> bool:
        """Whether it would be told again."""
        return self.stamp == stamp and self.moment in (None, moment_of(now))


def moment_of(now: datetime) -> tuple[int, int]:
    """Between two quarters of an hour, and on each of them, what is so many hours ahead or of the same day stays so:
    visits start on the grid, and days begin on it."""
    quarters = now.timestamp() / CELL_SECONDS
    return floor(quarters), ceil(quarters)


class Months:
    """Calendars of months. A process remembers what it told, and tells it again while that holds."""

    def __init__(self, unit_of_work: Begin, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._known: OrderedDict[Key, Told] = OrderedDict()

    def of(self, query: MonthQuery) -> MonthCalendar:
        """Of halls that are large enough, by name, a page of them. `InvalidCursorError`."""
        first = date.fromisoformat(f"{query.month}-01")
        window, now = window_of(first, _next_month(first)), self._clock.now()
        key = (query.month, query.duration, query.people, query.purpose, query.cursor)
        with self._unit_of_work() as work:
            stamp = work.stamps.stamp(window, now)
            known = self._known.get(key)
            if known and known.holds(stamp, now):
                return known.month
            found = _month(work, query, first, window, now, stamp)
        self._remember(key, found)
        return found.month

    def forget(self) -> None:
        """Reckon everything anew."""
        self._known.clear()

    def _remember(self, key: Key, found: Told) -> None:
        self._known[key] = found
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _month(work: Work, query: MonthQuery, first: date, window: TimeRange, now: datetime, stamp: str) -> Told:
    found = work.times.fitting(window, query.people, query.purpose, hall_in(query.cursor), PAGE + 1)
    times, prices = found[:PAGE], work.prices.active()
    halls = [_hall(time, query, first, prices, now) for time in times]
    more = str(found[PAGE - 1].hall.id) if len(found) > PAGE else None
    month = MonthCalendar(month=query.month, duration_minutes=query.duration, halls=halls, next_cursor=more)
    return Told(stamp, moment_of(now) if _asks_how_soon(times, prices) else None, month)


def _asks_how_soon(times: Sequence[HallTime], prices: TariffVersion) -> bool:
    """Whether a rule of the studio's terms or prices does; those of the terms are the same for all halls."""
    rules = times[0].rules if times else ()
    return bool(prices.notices) or any(has_notice(rule) for rule in rules)


def _hall(time: HallTime, query: MonthQuery, first: date, prices: TariffVersion, now: datetime) -> HallMonth:
    last = _next_month(first) - DAY
    table = timetable_of(time, query.purpose, first, last)
    days = local_days(first, last, time.hall.timezone)
    begins, length = days[0].start, 60 * query.duration // CELL_SECONDS
    starts = possible(table, Starts(begins, days[-1].stop - begins, length, query.people, now.timestamp()))
    told = StartPrices(time.hall, prices, time.days, first, last, query.duration, query.people, query.purpose, now)
    shown = [
        _day(first + DAY * place, cells, starts >> (cells.start - begins) & ones(len(cells)), told)
        for place, cells in enumerate(days)
    ]
    return HallMonth(hall_id=time.hall.id, timezone=time.hall.timezone, days=shown)


def _day(day: date, cells: range, starts: int, prices: StartPrices) -> CalendarDay:
    totals = (prices.total(CELL_SECONDS * cells[place]) for place in places(starts))
    cheapest = min((total for total in totals if total is not None), default=None)
    return CalendarDay(
        date=day, free=bool(starts), from_price=None if cheapest is None else Money(amount=cheapest)
    )  # fmt: skip
