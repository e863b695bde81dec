"""Contracts of what went wrong: errors by group, events that nobody could handle, and what staff did about them."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Instant
from shared_schemas.events import Service
from shared_schemas.texts import Cursor, Line, Reason

ErrorStatus = Literal["open", "acknowledged", "resolved"]
LetterStatus = Literal["waiting", "redriven", "discarded"]
MAX_LETTERS = 500


class ErrorGroup(Contract):
    """A failure that repeats: how often, since when, and the flow, words and data of its latest occurrence.

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
    note: str | None = None


class ErrorsQuery(Contract):
    """Which errors to list, the latest first: those that occurred last in [`from`, `to`)."""

    service: Service | None = None
    status: ErrorStatus | None = None
    from_: Instant | None = Field(default=None, alias="from")
    to: Instant | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)


class Acknowledgement(Contract):
    """Somebody is at it."""

    note: Reason | None = None


class Resolution(Contract):
    """It is over; `note` says what was done about it."""

    note: Reason


class DeadLetterQueue(Contract):
    """What a subscriber failed to handle until its queue gave up: `waiting` for staff to decide, and what the broker
    still holds of it (`messages`, `in_flight`; its counts are approximate), which is collected within moments."""

    name: str
    waiting: int
    messages: int
    in_flight: int


class DeadLetter(Contract):
    """One event that a subscriber could not handle; `type` and the ids are absent where the message is no event."""

    id: UUID
    queue: str
    type: str | None = None
    event_id: UUID | None = None
    correlation_id: str | None = None
    sent_at: Instant
    """When it was given to the subscriber's queue at first."""
    collected_at: Instant
    deliveries: int | None = None
    """How often it was delivered before the subscriber gave it up; absent where its function died each time."""
    last_error: str | None = None
    """What went wrong on the last delivery: the error's type, its code and the line that raised it."""
    status: LetterStatus
    handled_by: UUID | None = None
    handled_at: Instant | None = None
    reason: str | None = None


class DeadLetterDetail(DeadLetter):
    """With the message as it was delivered."""

    body: str


class DeadLettersQuery(Contract):
    """Which letters of a queue to list, the newest first."""

    status: LetterStatus | None = "waiting"
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)


class RedriveRequest(Contract):
    """Deliver these once more, unchanged; without `ids` all that wait, at most 500 at once."""

    ids: list[UUID] | None = Field(default=None, min_length=1, max_length=MAX_LETTERS)


class DiscardRequest(Contract):
    """Give these up, and say why; nothing is deleted."""

    ids: list[UUID] = Field(min_length=1, max_length=MAX_LETTERS)
    reason: Reason


class LettersHandled(Contract):
    """How many letters it was done with, and how many of the queue still wait."""

    handled: int
    waiting: int


class OperatorAction(Contract):
    """What somebody did about a failure: nothing of this is ever changed."""

    id: int
    at: Instant
    actor: UUID
    action: str
    target: str
    reason: str | None = None
    details: dict[str, Any]


class OperatorActionsQuery(Contract):
    """Newest first; of one `target`, such as `error:<id>` or `queue:<name>`."""

    target: Annotated[str, Line(200, 1)] | None = None
    before: int | None = Field(default=None, ge=1, le=2**63 - 1)
    """The `id` of the last one of the previous page."""
    limit: int = Field(default=50, ge=1, le=200)
