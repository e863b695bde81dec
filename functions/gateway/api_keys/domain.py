"""An API key: what a program may do, and until when."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from shared_schemas.errors import RuleViolationError, Violation

MOST = 100
"""So many keys may be in use: more are hard to watch."""


@dataclass(frozen=True)
class Ages:
    """`usual` is how long a key lasts if nobody says otherwise, `longest` how long at most."""

    usual: timedelta
    longest: timedelta

    def end(self, wanted: datetime | None, now: datetime) -> datetime:
        """When a key ends; `RuleViolationError` for a time that is over, or too far away."""
        if wanted is None:
            return now + min(self.usual, self.longest)
        if wanted <= now:
            raise RuleViolationError(
                [Violation.of("expires_at", "in_past", "This time is already over", "Это время уже прошло")]
            )
        if wanted > now + self.longest:
            raise RuleViolationError([_too_late(self.longest)])
        return wanted


@dataclass(frozen=True)
class Key:
    """A key as it is stored: of its secret only a digest, and the first characters to know it by."""

    id: UUID
    name: str
    prefix: str
    digest: str
    scopes: list[str]
    created_by: UUID
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: UUID | None = None

    def revoked(self, by: UUID, now: datetime) -> Self:
        return replace(self, revoked_at=now, revoked_by=by)


def _too_late(longest: timedelta) -> Violation:
    return Violation.of(
        "expires_at",
        "too_late",
        "The key may be valid for at most {max} days from now",
        "Ключ может действовать не дольше {max} дн.",
        max=longest.days,
    )
