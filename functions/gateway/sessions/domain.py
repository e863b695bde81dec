"""A session: one sign-in, and the family of refresh tokens that descend from it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from gateway.accounts.ports import EndReason
from shared_schemas.accounts import Session

LONGEST_CLIENT = 200
REPEAT = timedelta(seconds=10)
"""How long the token before the newest one may come again: an answer got lost, or two tabs asked at once."""

FRESH = timedelta(minutes=10)
"""How long after a sign-in nothing more need be proved."""


class Turn(Enum):
    """What a refresh token that comes in means for its session."""

    NEXT = "next"
    REPEATED = "repeated"
    REUSED = "reused"


@dataclass(frozen=True)
class Lifetimes:
    """`idle` is how long a session lasts unused, `longest` how long at most."""

    access: timedelta
    idle: timedelta
    longest: timedelta


@dataclass(frozen=True)
class SignIn:
    """A session as it is stored; `generation` counts how often its refresh token was exchanged."""

    id: UUID
    user_id: UUID
    generation: int
    client: str
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    end_reason: EndReason | None = None

    def is_open(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.expires_at

    def is_fresh(self, now: datetime) -> bool:
        """Whether it was a moment ago that somebody signed in; no exchange of tokens makes it so again."""
        return self.is_open(now) and now < self.created_at + FRESH

    def turn(self, generation: int, now: datetime) -> Turn:
        """Each refresh token is good for one exchange, and for the same exchange again within `REPEAT`."""
        if generation == self.generation:
            return Turn.NEXT
        if generation == self.generation - 1 and now - self.used_at <= REPEAT:
            return Turn.REPEATED
        return Turn.REUSED

    def exchanged(self, now: datetime, lifetimes: Lifetimes) -> "SignIn":
        """With its next refresh token."""
        expires_at = min(now + lifetimes.idle, self.created_at + lifetimes.longest)
        return replace(self, generation=self.generation + 1, used_at=now, expires_at=expires_at)

    def ended(self, reason: EndReason, now: datetime) -> "SignIn":
        return replace(self, ended_at=now, end_reason=reason)

    def shown(self, current: UUID | None) -> Session:
        """As its owner sees it."""
        return Session(
            id=self.id,
            client=self.client,
            created_at=self.created_at,
            used_at=self.used_at,
            expires_at=self.expires_at,
            current=self.id == current,
        )


def client_of(user_agent: str | None) -> str:
    """What a client says it is, to be recognised by its owner; nothing is decided by it."""
    return "".join(filter(str.isprintable, user_agent or ""))[:LONGEST_CLIENT]
