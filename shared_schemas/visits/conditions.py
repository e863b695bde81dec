"""Which days and which visits a rule of the studio is for."""

from datetime import time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.calendar import STEP_MINUTES, ClosingTime, GridTime, Weekday
from shared_schemas.common import Contract, Day
from shared_schemas.visits.purposes import VisitPurpose

Holidays = Literal["any", "also", "only", "except"]
Length = Annotated[int, Field(ge=STEP_MINUTES, le=1440, multiple_of=STEP_MINUTES)]
"""Of a visit, in minutes."""
HoursBefore = Annotated[int, Field(ge=0, le=10_000)]


class DayConditions(Contract):
    """The local days on which a rule holds."""

    weekdays: list[Weekday] = Field(default=[1, 2, 3, 4, 5, 6, 7], min_length=1, max_length=7)
    holidays: Holidays = "any"
    """Public holidays: `any`, treated like other days; `also`, included whatever the weekday; `only`, nothing else;
    `except`, left out."""
    first_day: Day | None = None
    last_day: Day | None = None
    """The local days, both inclusive, in which the rule holds: a season."""


class VisitConditions(DayConditions):
    """Which visits a rule is for; the day is the local one on which the visit starts. What is absent makes no
    difference."""

    purposes: list[VisitPurpose] | None = Field(default=None, min_length=1, max_length=5)


class HourConditions(VisitConditions):
    """The same, and the local hours within which the whole visit must lie; if both are the same, at any hour."""

    starts: GridTime = time(0, 0)
    ends: ClosingTime = time(0, 0)


class TermsConditions(VisitConditions):
    """Which visits a rule of the terms is for: all that is given must hold."""

    priority: int = Field(default=0, ge=0, le=1000)
    hall_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=200)
    """Of a visit in several halls, one of them must be among these; absent means every hall."""
    from_minutes: Length | None = None
    to_minutes: Length | None = None
    """How long the visit is, both inclusive."""
    from_hours_before: HoursBefore | None = None
    under_hours_before: HoursBefore | None = None
    """How soon it is when it is sold: at least, and less than, so many hours ahead."""
