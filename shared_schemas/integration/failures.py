"""Contracts of failures: errors by group, and dead letters."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Instant
from shared_schemas.events.envelope import Service
from shared_schemas.texts import Cursor, Reason, Said

ErrorStatus = Literal["open", "acknowledged", "resolved"]
LetterStatus = Literal["waiting", "redriven", "discarded"]
MAX_LETTERS = 500


class ErrorGroup(Contract):
    """A failure that repeats: how often, since when, and the flow, text and data of its latest occurrence.

    One that occurs again after it was resolved is `open` again."""

    id: UUID
    service: Service
    operation: str
    code: str
    detail: str
    occurrences: int
    first_seen: Instant
    last_seen: Instant
    correlation_id: str
    sample: dict[str, Any]
    status: ErrorStatus
    handled_by: UUID | None = None
    handled_at: Instant | None = None
    note: Said | None = None


class ErrorsQuery(Contract):
    """Which errors to list, the latest first: those that occurred last in [`from`, `to`)."""

    service: Service | None = None
    status: ErrorStatus | None = None
    from_: Instant | None = Field(default=None, alias="from")
    to: Instant | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)


class Acknowledgement(Contract):
    """Mark an error as being worked on."""

    note: Reason | None = None


class Resolution(Contract):
    """Mark an error as solved; `note` says how."""

    note: Reason


class DeadLetterQueue(Contract):
    """The events that a subscriber could not handle: `waiting` for staff to decide, and those that the broker still
    holds (`messages`, `in_flight`; approximate counts), which are collected within moments."""

    name: str
    waiting: int
    messages: int
    in_flight: int


class DeadLetter(Contract):
    """One event that a subscriber could not handle; `type` and the ids are absent if the message is not an event."""

    id: UUID
    queue: str
    type: str | None = None
    event_id: UUID | None = None
    correlation_id: str | None = None
    sent_at: Instant
    """When it was first put into the subscriber's queue."""
    collected_at: Instant
    deliveries: int | None = None
    """How often it was delivered before the subscriber gave it up; absent if its function crashed each time."""
    last_error: str | None = None
    """What went wrong on the last delivery: the error's type, its code and the line that raised it."""
    status: LetterStatus
    handled_by: UUID | None = None
    handled_at: Instant | None = None
    reason: Said | None = None


class DeadLetterDetail(DeadLetter):
    """With the message as it was delivered."""

    body: str


class DeadLettersQuery(Contract):
    """Which dead letters of a queue to list, newest first."""

    status: LetterStatus | None = "waiting"
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)


class RedriveRequest(Contract):
    """Deliver these again, unchanged; without `ids` all that wait, at most 500 at once."""

    ids: list[UUID] | None = Field(default=None, min_length=1, max_length=MAX_LETTERS)


class DiscardRequest(Contract):
    """Discard these, and say why; nothing is deleted."""

    ids: list[UUID] = Field(min_length=1, max_length=MAX_LETTERS)
    reason: Reason


class LettersHandled(Contract):
    """How many dead letters were handled, and how many of the queue still wait."""

    handled: int
    waiting: int
