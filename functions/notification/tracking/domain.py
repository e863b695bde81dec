"""What became of a message that a provider took."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from shared_schemas.notification import Delivered

State = Literal["underway", "delivered", "undelivered", "unknown_id"]
"""What a provider says; `unknown_id` is that it has no message of that id."""
SHORTEST_PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=2)
PATIENCE = timedelta(days=1)
"""How long a provider is asked that says nothing final."""
LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Followed:
    """A message whose provider is asked; `address` is as it was sent there."""

    id: UUID
    provider: str
    provider_reference: str
    address: str
    sent_at: datetime
    correlation_id: str
    causation_id: str | None
    booking_id: UUID | None


@dataclass(frozen=True)
class Finding:
    """What is known now; `ask_at` only while nothing final is."""

    delivery: Delivered | None
    delivery_reason: str | None = None
    ask_at: datetime | None = None

    @property
    def is_a_lie(self) -> bool:
        """Whether the provider took the message and now knows of none."""
        return self.delivery == "unknown" and (self.delivery_reason or "").endswith("unknown_id")


def judged(message: Followed, state: State, reason: str | None, now: datetime) -> Finding:
    """What an answer comes to; a provider that says nothing final for a day is asked no more."""
    if state in ("delivered", "undelivered"):
        return Finding(state, reason)
    if state == "unknown_id":
        return Finding("unknown", f"{message.provider}_unknown_id")
    return later(message, now)


def later(message: Followed, now: datetime) -> Finding:
    """Pauses as long as it has taken so far."""
    age = now - message.sent_at
    if age >= PATIENCE:
        return Finding("unknown", f"{message.provider}_no_word")
    return Finding(None, ask_at=now + min(max(age, SHORTEST_PAUSE), LONGEST_PAUSE))
