"""Contracts of opening hours by date, and of public holidays."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.calendar import Interval, Weekday
from shared_schemas.common import Contract, Day, Page
from shared_schemas.texts import Remark


class DateOverrideRequest(Contract):
    """Days, both inclusive, on which a hall (or, without `hall_id`, every hall) does not keep its usual hours."""

    hall_id: UUID | None = None
    first_day: Day
    last_day: Day
    hours: list[Interval] | None = Field(default=None, max_length=3)
    """An empty list means closed; absent means the usual hours."""
    holiday: bool | None = None
    """Whether these days count as public holidays; absent means as in the calendar of holidays."""
    note: Remark = ""


class DateOverride(DateOverrideRequest):
    """An exception in force. One for a hall overrides one for all halls; a newer one overrides an older."""

    id: UUID


class PublicHoliday(Contract):
    """A day that counts as a public holiday, after the studio's own exceptions."""

    date: Day
    name: str


class WorkingDay(Contract):
    """A weekend day that is worked in exchange for a day off, and the ISO weekday whose prices apply to it."""

    date: Day
    weekday: Weekday


class HolidayWarning(Contract):
    """A year whose transferred days off are not known yet; date overrides can set them."""

    code: Literal["unknown_year"]
    year: int
    message: str


class Holidays(Page[PublicHoliday]):
    """The special days of a period."""

    working: list[WorkingDay] = Field(default=[])
    warnings: list[HolidayWarning] = Field(default=[])


class HolidaysQuery(Contract):
    """Local dates, `to` exclusive."""

    from_: Day = Field(alias="from")
    to: Day


class SinceQuery(Contract):
    """From which local date on; absent is today."""

    from_: Day | None = Field(default=None, alias="from")
