"""Contracts of replays: events of the log sent again, to one subscriber or to all."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from shared_schemas.common import Contract, Instant
from shared_schemas.integration.events import EventType
from shared_schemas.texts import CorrelationId, Cursor, Reason, Said

SubscriberName = Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
ReplayStatus = Literal["waiting", "running", "done", "failed"]


class ReplayRequest(Contract):
    """Which events to send again, and why: `from` inclusive, `to` exclusive (now if absent). They must match every
    other field that is given. Without a `subscriber` they go to all."""

    from_: Instant = Field(alias="from")
    to: Instant | None = None
    type: EventType | None = None
    correlation_id: CorrelationId | None = None
    booking_id: UUID | None = None
    subscriber: SubscriberName | None = None
    reason: Reason


class Replay(Contract):
    """A replay and its progress: `sent` of about `total` events. A `failed` one stopped at `reached`."""

    model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)

    id: UUID
    status: ReplayStatus
    from_: Instant = Field(alias="from")
    to: Instant
    type: str | None = None
    correlation_id: str | None = None
    booking_id: UUID | None = None
    subscriber: str | None = None
    reason: Said
    requested_by: str
    requested_at: Instant
    total: int
    sent: int
    reached: Instant | None = None
    """The time of the last event that was sent."""
    error: str | None = None
    finished_at: Instant | None = None


class ReplaysQuery(Contract):
    """Newest first; `cursor` from the previous page."""

    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)
