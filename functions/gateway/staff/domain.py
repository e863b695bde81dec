"""An invitation: who may become what at the studio, until when, and by which link."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from gateway.sessions.tries import digest
from shared_schemas.common import LocaleCode, Role
from shared_schemas.staff import StaffInvitation

LIFETIME = timedelta(hours=72)
PAGE = "invitation"
"""Where a link leads; the token stands behind the `#`, which browsers send to nobody."""


@dataclass(frozen=True)
class Invitation:
    """An invitation as it is stored: `digest` is that of its token."""

    id: UUID
    email: str
    role: Role
    full_name: str | None
    locale: LocaleCode
    digest: str
    invited_by: UUID
    created_at: datetime
    expires_at: datetime

    def holds(self, now: datetime) -> bool:
        return now < self.expires_at

    def shown(self) -> StaffInvitation:
        return StaffInvitation(**{name: getattr(self, name) for name in StaffInvitation.model_fields})


def token_of(key: str, invitation_id: UUID) -> str:
    """The token of this id. Nobody can work it out without the key, so it needs to be stored nowhere."""
    return digest(key, "invitation", str(invitation_id))


def fingerprint(token: str) -> str:
    """What is stored, to find the invitation by."""
    return sha256(token.encode()).hexdigest()
