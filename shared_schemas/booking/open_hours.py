"""Contracts of opening hours, for comparing them with what was sold."""

from uuid import UUID

from pydantic import Field

from shared_schemas.calendar import Span
from shared_schemas.common import Contract, Day


class OpenHoursQuery(Contract):
    """Local dates of each hall, `to` exclusive."""

    from_: Day = Field(alias="from")
    to: Day


class OpenHours(Contract):
    """When a hall is open in a period, by its hours, exceptions and holidays, without closures; bookings do not count.

    These are today's hours, also for days in the past."""

    hall_id: UUID
    hall_name: str
    timezone: str
    parts: list[UUID] = Field(default=[])
    """The halls that this one consists of; its time counts as theirs, too."""
    archived: bool = False
    open: list[Span]
