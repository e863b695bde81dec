"""Events of who may work here: invitations, and API keys."""

from uuid import UUID

from shared_schemas.common import Instant, Role
from shared_schemas.events.envelope import EventData


class StaffInvited(EventData):
    """Somebody is invited to work here. Neither the address nor the link is told here: who sends it asks by the id."""

    type = "staff.invited"
    invitation_id: UUID
    by: UUID
    role: Role


class StaffUninvited(EventData):
    """An invitation was taken back."""

    type = "staff.uninvited"
    invitation_id: UUID
    by: UUID


class StaffJoined(EventData):
    """Somebody accepted an invitation, and works here now."""

    type = "staff.joined"
    account_id: UUID
    invitation_id: UUID
    role: Role


class ApiKeyCreated(EventData):
    """An administrator made an API key."""

    type = "api_key.created"
    api_key_id: UUID
    by: UUID
    scopes: list[str]
    expires_at: Instant


class ApiKeyRevoked(EventData):
    """An administrator took an API key back: it opens nothing any more."""

    type = "api_key.revoked"
    api_key_id: UUID
    by: UUID
