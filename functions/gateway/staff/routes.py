"""Routes by which administrators say who works at the studio."""

from uuid import UUID

from core.identity import Identity
from gateway import composition
from gateway.accounts.errors import AccountNotFoundError, EmailTakenError, LastAdminError
from gateway.api import api
from gateway.staff.errors import AlreadyStaffError, InvitationNotFoundError
from shared_schemas.accounts import Account, StaffMember, StaffPatch
from shared_schemas.common import Page
from shared_schemas.errors import RuleViolationError
from shared_schemas.staff import PendingInvitation, StaffInvitation, StaffInvitationAnswer, StaffInvitationRequest
from shared_schemas.texts import SecretName


@api.endpoint("GET /v1/staff")
def list_staff() -> Page[StaffMember]:
    """All managers and administrators, by name."""
    return Page(data=composition.app().staff.list(), next_cursor=None)


@api.endpoint("POST /v1/staff", status=201, errors=[AlreadyStaffError])
def invite_staff(body: StaffInvitationRequest, identity: Identity) -> StaffInvitation:
    """Invite a manager or an administrator. They get a mail with a link, which works once, within 72 hours.

    Whoever is invited again gets a new link; the earlier one stops working."""
    return composition.app().invitations.invite(body, identity.user_id)


@api.endpoint("GET /v1/staff-invitations")
def list_invitations() -> Page[StaffInvitation]:
    """Invitations that nobody has accepted, newest first."""
    return Page(data=composition.app().invitations.list(), next_cursor=None)


@api.endpoint("GET /v1/staff-invitations/{invitation}", errors=[InvitationNotFoundError])
def get_invitation(invitation: UUID) -> PendingInvitation:
    """An invitation that is to be sent, for the service that sends it."""
    return composition.app().invitations.pending(invitation)


@api.endpoint(
    "POST /v1/staff-invitations/{invitation}",
    status=201,
    errors=[AlreadyStaffError, EmailTakenError, InvitationNotFoundError, RuleViolationError],
)
def accept_invitation(invitation: SecretName, body: StaffInvitationAnswer) -> Account:
    """Accept an invitation, by the token of its link, and choose a password. Sign in with it afterwards.

    Who has an account as a client keeps it, with all bookings; it becomes that of staff."""
    return composition.app().invitations.accept(invitation, body)


@api.endpoint("DELETE /v1/staff-invitations/{invitation}", status=204, errors=[InvitationNotFoundError])
def revoke_invitation(invitation: UUID, identity: Identity) -> None:
    """Take an invitation back: its link stops working."""
    composition.app().invitations.revoke(invitation, identity.user_id)


@api.endpoint("PATCH /v1/staff/{account_id}", errors=[AccountNotFoundError, LastAdminError])
def change_staff(account_id: UUID, body: StaffPatch) -> StaffMember:
    """Change somebody's role, or shut them out until further notice. Both take effect at once."""
    return composition.app().staff.change(account_id, body)


@api.endpoint("DELETE /v1/staff/{account_id}", status=204, errors=[AccountNotFoundError, LastAdminError])
def erase_staff(account_id: UUID) -> None:
    """Remove somebody who has left: the account is erased, with all personal data in it."""
    composition.app().staff.erase(account_id)


@api.endpoint("DELETE /v1/staff/{account_id}/sessions", status=204, errors=[AccountNotFoundError])
def end_staff_sessions(account_id: UUID) -> None:
    """Sign somebody out on all devices."""
    composition.app().staff.end_sessions(account_id)
