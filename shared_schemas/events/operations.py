"""Events for whoever runs the studio: failures, and what staff did."""

from typing import Any
from uuid import UUID

from pydantic import Field

from shared_schemas.events.envelope import EventData, Service


class ServiceError(EventData):
    """A failure that an operator should see; `code` groups repeats, `detail` holds no personal data."""

    type = "service.error"
    service: Service
    operation: str
    code: str
    detail: str
    booking_id: UUID | None = None
    payment_id: UUID | None = None


class StaffActed(EventData):
    """Somebody of the staff, or a key of theirs, did something: one line of the trail, without personal data.

    In `before` and `after` are ids, numbers, instants and words of ours; `(text)` stands for what people wrote."""

    type = "staff.acted"
    actor_id: UUID | None = None
    """Absent where a sign-in failed: nobody knows who that was."""
    actor_role: str | None = None
    session_id: UUID | None = None
    network: str | None = None
    """From where: an address without its last part."""
    action: str
    """The operation's name in openapi.json, `sign_in` or `sign_in_failed`."""
    target: str
    before: dict[str, Any] = Field(default={})
    after: dict[str, Any] = Field(default={})
    reason: str | None = None
    """Why, if it was said of no person; else the thing itself keeps it."""
