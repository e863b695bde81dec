"""What is connected, whose messages go there, and tokens of links that connect a chat."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

LIFE = timedelta(hours=1)
BYTES = 24
EVERY = UUID(int=0)
"""In the place of a booking: whatever somebody books."""


@dataclass(frozen=True)
class Subject:
    """Whose messages, and about which booking: the link of one is no way to those about another."""

    person_id: UUID
    booking_id: UUID = EVERY


@dataclass(frozen=True)
class Connected:
    """Where messages go: a chat, or a browser with what encrypts for it."""

    chat: str
    keys: str | None
    since: datetime


def made() -> str:
    """Of the letters that both messengers take, and too long to be guessed: so nothing need be signed."""
    return secrets.token_urlsafe(BYTES)


def digest(token: str) -> str:
    """What is stored of it."""
    return sha256(token.encode()).hexdigest()
