"""Contracts of time that is taken without a booking: closures and external calendars."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.booking.calendar_address import CalendarAddress
from shared_schemas.calendar import Recurrence, Span
from shared_schemas.common import Contract, Instant
from shared_schemas.texts import Document, Name, Reason, Said

ConflictPolicy = Literal["refuse", "keep", "cancel"]


class ClosureRequest(Contract):
    """Time in which a hall (or, without `hall_id`, every hall) is not for rent: maintenance, a private event.

    If bookings are in the way it is refused and lists them, unless staff choose to `keep` them and close the time
    around them, or to `cancel` them and refund all that was paid."""

    hall_id: UUID | None = None
    start: Instant
    end: Instant
    reason: Reason
    recurrence: Recurrence | None = None
    conflicts: ConflictPolicy = "refuse"


class Closure(Contract):
    """A closure, and the times that it takes from the calendar."""

    id: UUID
    hall_id: UUID | None = None
    start: Instant
    end: Instant
    reason: Said
    recurrence: Recurrence | None = None
    occurrences: list[Span]
    cancelled_bookings: list[UUID] = Field(default=[])
    created_by: str
    created_at: Instant


class ExternalCalendarRequest(Contract):
    """An iCalendar feed whose events are busy time of a hall; without `url` it is filled by uploads only."""

    name: Name
    url: CalendarAddress | None = None


class ExternalCalendar(ExternalCalendarRequest):
    """An external calendar, and how its last import went."""

    id: UUID
    hall_id: UUID
    imported_at: Instant | None = None
    error: str | None = None
    """Why the last refresh failed; what was imported before still counts."""
    conflicts: list["ImportConflict"] = Field(default=[])
    warnings: list["CalendarWarning"] = Field(default=[])
    """What the last import assumed where the calendar was unclear: at most fifty."""
    warnings_total: int = 0
    """How many there were."""


class ImportRequest(Contract):
    """The text of an iCalendar file (RFC 5545); its largest size is a setting."""

    ics: Annotated[str, Document(4_000_000, 1)]


class ImportConflict(Contract):
    """An event that overlaps time that was taken already; only the rest of it is busy time."""

    uid: str
    start: Instant
    end: Instant
    bookings: list[str]
    """Numbers of the bookings in the way; empty if it was a closure or another calendar."""


class CalendarWarning(Contract):
    """What a calendar left unclear, and what was assumed; in doubt the time is busy."""

    code: str
    property: str
    line: int | None = None
    """Where the property begins in the file that was read."""
    uid: str | None = None
    message: str


class ImportReport(Contract):
    """The result of an import."""

    events: int
    busy: list[Span]
    conflicts: list[ImportConflict]
    warnings: list[CalendarWarning] = Field(default=[])
    """At most fifty, and ten of a kind."""
    warnings_total: int = 0
    """How many there were."""
