"""Contracts of the event log."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from shared_schemas.common import Contract, Instant
from shared_schemas.events.envelope import Service
from shared_schemas.texts import CorrelationId, Cursor

EventType = Annotated[str, StringConstraints(max_length=100, pattern=r"^[a-z_]+(\.[a-z_]+)*$")]


class LoggedEvent(Contract):
    """An event as it was published, and when the log received it."""

    id: UUID
    type: str
    version: int
    time: Instant
    source: Service
    correlation_id: str
    causation_id: str | None = None
    booking_id: UUID | None = None
    payment_id: UUID | None = None
    data: dict[str, Any]
    received_at: Instant


class EventsQuery(Contract):
    """Which events to list, newest first: `from` inclusive, `to` exclusive; `cursor` from the previous page."""

    type: EventType | None = None
    correlation_id: CorrelationId | None = None
    booking_id: UUID | None = None
    payment_id: UUID | None = None
    from_: Instant | None = Field(default=None, alias="from")
    to: Instant | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)
