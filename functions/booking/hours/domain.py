"""Which local days are special, and when a hall is open on each of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Protocol, TypeVar, runtime_checkable
from zoneinfo import ZoneInfo

from booking.time.cells import Cells, ceiling, floor, ones
from booking.time.grid import DAY
from booking.time.ranges import TimeRange, merge
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.hours import DateOverride
from shared_schemas.calendar import Interval

T = TypeVar("T")
OPENINGS_KEPT = 4096
PublicHolidays = Callable[[str, date], str | None]
"""The name of a country's public holiday on a day, transfers included, or None."""


@runtime_checkable
class WorkingDays(Protocol):
    """A calendar of holidays that knows which days of the weekend are worked, too."""

    def works_as(self, country: str, day: date) -> int | None:
        """The ISO weekday as which a day of the weekend is worked, or None."""


def no_holidays(_country: str, _day: date) -> str | None:
    """A calendar without any."""
    return None


@dataclass(frozen=True)
class StudioDays:
    """The studio's exceptions, in the order in which they were made, before the calendar of public holidays."""

    overrides: Sequence[DateOverride] = field(default=())
    public_holidays: PublicHolidays = no_holidays

    def is_holiday(self, hall: Hall, day: date) -> bool:
        """Whether a day counts as a public holiday in a hall."""
        told = self._decided(hall, day, lambda override: override.holiday)
        return self.public_holiday(hall, day) is not None if told is None else told

    def public_holiday(self, hall: Hall, day: date) -> str | None:
        """What the calendar of the hall's country says."""
        return self.public_holidays(hall.country, day) if hall.country else None

    def weekday(self, hall: Hall, day: date) -> int:
        """As which weekday a day is sold: a Saturday that is worked for a Monday as that Monday, unless the studio says
        that it is a holiday."""
        calendar = self.public_holidays
        worked = calendar.works_as(hall.country, day) if hall.country and isinstance(calendar, WorkingDays) else None
        return day.isoweekday() if worked is None or self.is_holiday(hall, day) else worked

    def hours(self, hall: Hall, day: date) -> Sequence[Interval]:
        """Opening hours that begin on a local day; the usual hours follow the calendar's weekday, even on a worked
        weekend."""
        told = self._decided(hall, day, lambda override: override.hours)
        if told is not None:
            return told
        if hall.holiday_hours is not None and self.is_holiday(hall, day):
            return hall.holiday_hours
        return [hours for hours in hall.opening_hours if hours.weekday == day.isoweekday()]

    def _decided(self, hall: Hall, day: date, aspect: Callable[[DateOverride], T | None]) -> T | None:
        """What the override that counts says: one for the hall before one for all, then the newest."""
        for hall_id in (hall.id, None):
            for override in reversed(self.overrides):
                if override.hall_id == hall_id and override.first_day <= day <= override.last_day:
                    told = aspect(override)
                    if told is not None:
                        return told
        return None


def open_ranges(hall: Hall, days: StudioDays, first: date, last: date) -> list[TimeRange]:
    """Opening hours of the local days from `first` to `last`, both inclusive, joined where they touch."""
    zone = ZoneInfo(hall.timezone)
    dates = ((first + DAY * offset) for offset in range((last - first).days + 1))
    found = (_opening(day, hours, zone) for day in dates for hours in days.hours(hall, day))
    # Drop hours that lie entirely in the hour skipped by DST.
    return merge(opening for opening in found if opening.start < opening.end)


def open_cells(hall: Hall, days: StudioDays, first: date, last: date) -> Cells:
    """The same in quarters of an hour."""
    dates = [first + DAY * offset for offset in range((last - first).days + 1)]
    found = [
        _opening_cells(day, hours.opens, hours.closes, hall.timezone)
        for day in dates
        for hours in days.hours(hall, day)
    ]
    start, bits = min((begins for begins, _ in found), default=0), 0
    for begins, ends in found:
        bits |= ones(ends - begins) << (begins - start)
    return Cells(start, bits)


@lru_cache(OPENINGS_KEPT)
def _opening_cells(day: date, opens: time, closes: time, zone: str) -> tuple[int, int]:
    """Most halls of a studio keep the same hours."""
    opening = _opening(day, Interval(opens=opens, closes=closes), ZoneInfo(zone))
    return ceiling(opening.start), floor(opening.end)


def _opening(day: date, hours: Interval, zone: ZoneInfo) -> TimeRange:
    closing_day = day if hours.closes > hours.opens else day + DAY
    opens = datetime.combine(day, hours.opens, zone).astimezone(UTC)
    return TimeRange(opens, datetime.combine(closing_day, hours.closes, zone).astimezone(UTC))
