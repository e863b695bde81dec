"""A one-time code: where it was sent, for how long it holds, and how often it may be tried."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from gateway.sessions.tries import digest
from shared_schemas.accounts import AddressRequest
from shared_schemas.channels import AddressChannel, CodePurpose
from shared_schemas.common import LocaleCode

LIFETIMES: dict[CodePurpose, timedelta] = {
    "sign_in": timedelta(minutes=10),
    "confirmation": timedelta(hours=1),
    "reset": timedelta(hours=1),
    "warning": timedelta(days=1),
    "known": timedelta(days=1),
}
BY_DIGITS = frozenset[CodePurpose]({"sign_in", "confirmation"})
TRIES = 5
"""How often a code may be tried from where it was asked for, and again as often from all other places together."""
DIGITS = 6


@dataclass(frozen=True)
class Address:
    """Where a person is reached: an e-mail address, or a phone by text message."""

    channel: AddressChannel
    value: str

    @classmethod
    def of(cls, request: AddressRequest) -> Self:
        return cls("email", request.email) if request.email else cls("sms", request.phone or "")


@dataclass(frozen=True)
class SentCode:
    """A code, or the link of a reset, that waits to be used. It is not in here: it follows from the id and a secret.

    `target` is the address as a digest, `place` that of where the code was asked for; `account_id` is of the account
    that names the address, or of nobody. Without an
    `address` there is nothing to send, which only who sends it sees."""

    id: UUID
    purpose: CodePurpose
    channel: AddressChannel
    target: str
    address: str
    place: str
    account_id: UUID
    locale: LocaleCode
    created_at: datetime
    expires_at: datetime
    tries_here: int = 0
    tries_elsewhere: int = 0

    def secret(self, key: str) -> str:
        """What is sent; empty where a message only tells something."""
        if self.purpose in BY_DIGITS:
            return digits(key, self.id)
        return token(key, self.id) if self.purpose == "reset" else ""

    def holds(self, now: datetime) -> bool:
        return now < self.expires_at

    def tried(self, place: str) -> Self | None:
        """With one more try from that place; None where it has none left."""
        if place == self.place:
            return replace(self, tries_here=self.tries_here + 1) if self.tries_here < TRIES else None
        return replace(self, tries_elsewhere=self.tries_elsewhere + 1) if self.tries_elsewhere < TRIES else None


def digits(key: str, code_id: UUID) -> str:
    """The code of this id. Nobody can work it out without the key, and it needs to be stored nowhere."""
    return f"{int(digest(key, 'code', str(code_id)), 16) % 10**DIGITS:0{DIGITS}}"


def token(key: str, reset_id: UUID) -> str:
    """What the link of a reset ends with: its id, and what nobody can work out without the key."""
    return f"{reset_id.hex}{digest(key, 'reset', str(reset_id))}"


def reset_of(value: str) -> UUID | None:
    """The id in a token; None where there is none in it."""
    try:
        return UUID(hex=value[:32])
    except ValueError:
        return None


def meant(codes: Sequence[SentCode], place: str, now: datetime) -> SentCode | None:
    """Which one is tried: the newest that was asked for at this place, else the newest of all.

    So others may neither replace nor use up the code that the owner asked for; and a phone may change its network."""
    codes = [each for each in codes if each.purpose in BY_DIGITS and each.holds(now)]
    newest_first = sorted(codes, key=lambda each: each.created_at, reverse=True)
    return next((each for each in newest_first if each.place == place), next(iter(newest_first), None))
