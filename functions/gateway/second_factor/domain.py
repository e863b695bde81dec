"""A second factor: when it is on, and what proves it."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, Self
from uuid import UUID

from gateway.second_factor.totp import matching_step
from gateway.sessions.tries import Limit
from shared_schemas.common import Role

Policy = Literal["none", "admins", "staff"]
"""Who of the staff must have one."""
REQUIRED: dict[Policy, frozenset[Role]] = {
    "none": frozenset(),
    "admins": frozenset({Role.ADMIN}),
    "staff": frozenset({Role.ADMIN, Role.MANAGER}),
}
GUESSES = Limit(5, timedelta(seconds=2), timedelta(hours=1), timedelta(days=1))
"""Tries by who knows the password already; a stranger cannot make the owner wait."""
RECOVERY_CODES = 10
# Without what is easily confused when it is read from paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
HALF = 5


@dataclass(frozen=True)
class SecondFactor:
    """`secret` is sealed, `recovery_codes` are digests. It is on once it is confirmed."""

    user_id: UUID
    secret: str
    started_at: datetime
    confirmed_at: datetime | None = None
    used_step: int = 0
    """The newest step whose code was used."""
    recovery_codes: list[str] = field(default_factory=list)

    def proved(self, code: str, opened: bytes, digests: Collection[str], now: datetime) -> Self | None:
        """What is left after this code was used, of the app or for recovery; None where it is wrong, or was used.

        `opened` is the secret, `digests` are those that the code may be stored as."""
        step = matching_step(opened, code, now, self.used_step)
        if step is not None:
            return replace(self, used_step=step)
        left = [each for each in self.recovery_codes if each not in digests]
        return replace(self, recovery_codes=left) if len(left) < len(self.recovery_codes) else None

    def confirmed(self, recovery_codes: list[str], now: datetime) -> Self:
        """On from now on."""
        return replace(self, confirmed_at=now, recovery_codes=recovery_codes)


def new_recovery_codes() -> list[str]:
    """Fifty bits each, to be written down."""
    return ["-".join(_letters() for _ in range(2)) for _ in range(RECOVERY_CODES)]


def plain(code: str) -> str:
    """As it is compared, however it was typed."""
    return "".join(code.split()).replace("-", "").lower()


def _letters() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(HALF))
