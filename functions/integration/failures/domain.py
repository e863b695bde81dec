"""Dead letters as they are kept, and who does what about failures."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from uuid import UUID

from integration.subject import subject
from shared_schemas.events.envelope import Envelope, Service
from shared_schemas.events.operations import ServiceError

DEAD_LETTER = "dead_letter"


@dataclass(frozen=True)
class Handling:
    """Who did something about a failure, when and why."""

    actor: UUID
    at: datetime
    reason: str | None = None


@dataclass(frozen=True)
class Letter:
    """A message that a subscriber's queue gave up, to the byte, and what can be read off it."""

    id: UUID
    queue: str
    message_id: str
    body: str
    sent_at: datetime
    collected_at: datetime
    envelope: Envelope | None = None
    deliveries: int | None = None
    last_error: str | None = None
    """What the subscriber said on the last delivery; both None if it died without a word."""

    @property
    def type(self) -> str | None:
        return self.envelope.type if self.envelope else None

    @property
    def event_id(self) -> UUID | None:
        return self.envelope.id if self.envelope else None

    @property
    def correlation_id(self) -> str | None:
        return self.envelope.correlation_id if self.envelope else None


def envelope_in(body: str) -> Envelope | None:
    """The event in a message, as EventBridge puts it there; None if the message is something else."""
    try:
        return Envelope.model_validate(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return None


def report(letter: Letter) -> ServiceError | None:
    """The error to report; none for a dead error report itself, or it would loop."""
    if letter.type == ServiceError.type:
        return None
    owner = letter.queue.split("-")[0]
    about = f"{letter.type} {letter.event_id}" if letter.envelope else f"message {letter.message_id}"
    return ServiceError(
        service=owner if owner in get_args(Service) else "integration",
        operation=letter.queue,
        code=DEAD_LETTER,
        detail=f"{about} could not be handled" + (f": {letter.last_error}" if letter.last_error else ""),
        booking_id=subject(letter.envelope, "booking_id") if letter.envelope else None,
        payment_id=subject(letter.envelope, "payment_id") if letter.envelope else None,
    )
