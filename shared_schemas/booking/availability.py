"""Contracts of free time."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.calendar import STEP_MINUTES, Span
from shared_schemas.common import Contract, Day, Instant, Money
from shared_schemas.texts import Cursor, Line
from shared_schemas.visits.purposes import PHOTO, VisitPurpose


class AvailabilityQuery(Contract):
    """Local dates, `to` exclusive; `duration` in minutes, `people` to fit, for a `purpose`; `explain` adds why starts
    are closed, `prices` what each start costs."""

    from_: Day = Field(alias="from")
    to: Day
    duration: int = Field(default=60, ge=15, le=1440, multiple_of=15)
    people: int = Field(default=1, ge=1, le=10_000)
    purpose: VisitPurpose = PHOTO
    explain: bool = False
    prices: bool = False


class AvailabilitiesQuery(AvailabilityQuery):
    """The same of all halls."""

    cursor: Cursor | None = None


class ClosedStart(Contract):
    """A start that a booking of the asked duration may not have, and the codes of the rules that it breaks."""

    start: Instant
    codes: list[str]
    rule: str | None = None
    """Where it is too short by a rule of the studio's terms, which one."""


class StartPrice(Contract):
    """What a booking of the asked duration costs if it starts then: a quote's total, without add-ons."""

    start: Instant
    total: Money
    by: list[str] | None = None
    """With `explain`, the names of the package and of the prices by how soon it is that count for this start."""


class AvailabilityDay(Contract):
    """One local day: free intervals, and every start that a booking of the asked duration may have."""

    date: Day
    free: list[Span]
    starts: list[Instant]
    closed: list[ClosedStart] | None = None
    """With `explain`, every other quarter of an hour of the day."""
    prices: list[StartPrice] | None = None
    """With `prices`, those of the starts; a start that no tariff covers has none, and cannot be bought."""


class Availability(Contract):
    """Free time of a hall on the 15-minute grid."""

    hall_id: UUID
    timezone: str
    step_minutes: Literal[15] = STEP_MINUTES
    duration_minutes: int
    days: list[AvailabilityDay]


class MonthQuery(Contract):
    """A month, the length of the visit in minutes, how many people must fit, and what for."""

    month: Annotated[str, Line(7, 7, pattern=r"^(19[7-9][0-9]|20[0-9]{2}|21[0-9]{2})-(0[1-9]|1[0-2])$")] = Field(
        examples=["2026-12"]
    )
    duration: int = Field(default=60, ge=15, le=1440, multiple_of=15)
    people: int = Field(default=1, ge=1, le=10_000)
    purpose: VisitPurpose = PHOTO
    cursor: Cursor | None = None


class CalendarDay(Contract):
    """Whether a local day has a start for such a visit, and what the cheapest one costs."""

    date: Day
    free: bool
    from_price: Money | None = None
    """Absent where nothing is free, and where no tariff covers what is."""


class HallMonth(Contract):
    """A hall's days of the month."""

    hall_id: UUID
    timezone: str
    days: list[CalendarDay]


class MonthCalendar(Contract):
    """A month of every hall that is large enough, by hall name."""

    month: str
    duration_minutes: int
    halls: list[HallMonth]
    next_cursor: str | None = None
    """Absent on the last page; there are sixteen halls on each."""
