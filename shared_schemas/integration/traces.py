"""Contracts of traces: what one flow set off, and how long each step took."""

from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Instant
from shared_schemas.events.envelope import Service


class TraceEvent(Contract):
    """An event in its place in the tree; `GET /v1/events/{event_id}` has its data."""

    id: UUID
    type: str
    source: Service
    time: Instant
    depth: int = Field(ge=0)
    """The number of its causes in this trace. Its parent is the nearest event above whose depth is one less."""
    causation_id: str | None = None
    cause_elsewhere: bool
    """Its cause is not an event of this trace: it is a request, or an event that the log does not have."""
    failed: bool
    """It tells of a failure."""
    after_cause_ms: int | None = None
    """The time since its cause; negative where the clocks of two machines differ."""
    log_delay_ms: int
    """The time from the event until the log received it."""
    booking_id: UUID | None = None
    payment_id: UUID | None = None


class Trace(Contract):
    """The causal tree of one correlation id as a list: each event is followed by its effects, oldest first."""

    correlation_id: str
    started_at: Instant
    duration_ms: int
    """From the first event to the last."""
    truncated: bool
    """There are more events than one trace shows; `GET /v1/events?correlation_id=…` lists them all."""
    events: list[TraceEvent]
