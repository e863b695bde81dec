"""Use cases of invitations: an administrator says who, and that person chooses the password."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from core.clock import Clock
from core.identity import Identity
from core.trail.deed import acts, note
from gateway.accounts.domain import User
from gateway.accounts.password_rules import require_strong
from gateway.accounts.ports import Passwords
from gateway.codes.domain import Address
from gateway.codes.proof import settle
from gateway.keys.data_keys import DataKeys
from gateway.staff.domain import LIFETIME, PAGE, Invitation, fingerprint, token_of
from gateway.staff.errors import AlreadyStaffError, InvitationNotFoundError
from gateway.staff.ports import Work
from shared_schemas.accounts import Account
from shared_schemas.common import Role
from shared_schemas.errors import NotFoundError, RuleViolationError, Violation
from shared_schemas.events.staff import StaffInvited, StaffJoined, StaffUninvited
from shared_schemas.staff import PendingInvitation, StaffInvitation, StaffInvitationAnswer, StaffInvitationRequest

NAME_NEEDED = Violation.of("full_name", "name_needed", "Say what you are called", "Укажите, как вас зовут")


class Invitations:
    """A link proves the address, so it does what a one-time code does, and makes the account one of the staff.

    `keys` are what tokens are made with; `api_url` is where links lead."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        passwords: Passwords,
        keys: DataKeys,
        api_url: Callable[[], str],
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._passwords = passwords
        self._keys = keys
        self._api_url = api_url

    def invite(self, request: StaffInvitationRequest, by: UUID) -> StaffInvitation:
        """A link on its way; an earlier one to the same address opens nothing any more. `AlreadyStaffError`."""
        invitation = self._new(request, by)
        with self._unit_of_work() as work:
            _require_no_staff(work, request.email)
            work.invitations.replace(invitation)
            work.emit(StaffInvited(invitation_id=invitation.id, by=by, role=invitation.role))
            note(target=f"staff-invitation:{invitation.id}", after={"role": invitation.role})
            work.commit()
        return invitation.shown()

    def list(self) -> list[StaffInvitation]:
        """Those that wait and those that nobody accepted in time, newest first."""
        with self._unit_of_work() as work:
            return [invitation.shown() for invitation in work.invitations.all()]

    def revoke(self, invitation_id: UUID, by: UUID) -> None:
        """The link opens nothing any more; `InvitationNotFoundError`."""
        with self._unit_of_work() as work:
            work.invitations.remove(invitation_id)
            work.emit(StaffUninvited(invitation_id=invitation_id, by=by))
            work.commit()

    def pending(self, invitation_id: UUID) -> PendingInvitation:
        """What is to be sent, for as long as it holds; `InvitationNotFoundError`."""
        with self._unit_of_work() as work:
            invitation = self._holding(work, work.invitations.get(invitation_id))
        token = next(self._tokens(invitation))
        link = f"{self._api_url().rstrip('/')}/{PAGE}#{token}"
        return PendingInvitation(email=invitation.email, locale=invitation.locale, link=link)

    def accept(self, token: str, answer: StaffInvitationAnswer) -> Account:
        """The account of who has the link. If the address has one as a client, it becomes that of staff.

        `InvitationNotFoundError`; `AlreadyStaffError`; `RuleViolationError` for a weak password, or where nobody said a
        name. `EmailTakenError` if another account gets the address at the same moment."""
        digest, now = fingerprint(token), self._clock.now()
        with self._unit_of_work() as work:
            # A stranger's guess must not cost the work of hashing a password.
            invitation = self._holding(work, work.invitations.by_digest(digest))
        newcomer = self._member(invitation, answer, now)
        with self._unit_of_work() as work:
            self._holding(work, work.invitations.by_digest(digest, locked=True))
            user = _joined(work, newcomer, now)
            work.invitations.remove(invitation.id)
            work.emit(StaffJoined(account_id=user.id, invitation_id=invitation.id, role=user.role))
            acts(Identity(str(user.id), user.role))
            note(after={"role": user.role})
            work.commit()
        return user.account()

    def _member(self, invitation: Invitation, answer: StaffInvitationAnswer, now: datetime) -> User:
        if (full_name := answer.full_name or invitation.full_name) is None:
            raise RuleViolationError([NAME_NEEDED])
        require_strong(answer.password, invitation.email, full_name)
        return User(
            id=uuid4(),
            email=invitation.email,
            phone=answer.phone,
            full_name=full_name,
            locale=answer.locale or invitation.locale,
            role=invitation.role,
            password_hash=self._passwords.hash(answer.password),
            consented_at=now,
            created_at=now,
            email_confirmed_at=now,
        )

    def _new(self, request: StaffInvitationRequest, by: UUID) -> Invitation:
        invitation_id, now = uuid4(), self._clock.now()
        digest = fingerprint(token_of(self._keys.making(), invitation_id))
        return Invitation(
            id=invitation_id,
            email=request.email,
            role=request.role,
            full_name=request.full_name,
            locale=request.locale,
            digest=digest,
            invited_by=by,
            created_at=now,
            expires_at=now + LIFETIME,
        )

    def _holding(self, work: Work, invitation: Invitation) -> Invitation:
        if not invitation.holds(self._clock.now()) or not _is_admin(work, invitation.invited_by):
            raise InvitationNotFoundError
        # Whoever stole the key that made the link can make the link.
        if not any(self._tokens(invitation)):
            raise InvitationNotFoundError
        return invitation

    def _tokens(self, invitation: Invitation) -> Iterator[str]:
        """That of its link, if the key still holds by which it was made."""
        tokens = (token_of(key, invitation.id) for key in self._keys.valid())
        return (token for token in tokens if fingerprint(token) == invitation.digest)


def _is_admin(work: Work, user_id: UUID) -> bool:
    """Still: whoever is shut out has let nobody in who was to come after them."""
    try:
        user = work.users.get(user_id)
    except NotFoundError:
        return False
    return user.role is Role.ADMIN and user.disabled_at is None


def _require_no_staff(work: Work, email: str) -> None:
    holder = work.users.by_email(email)
    if holder and holder.role is not Role.CLIENT:
        raise AlreadyStaffError


def _joined(work: Work, newcomer: User, now: datetime) -> User:
    """The account of who has just proved to have the address, which has the newcomer's rights and password now."""
    address = newcomer.email or ""
    _require_no_staff(work, address)
    known = settle(work, Address("email", address), now, lambda: newcomer)
    same_phone = known.phone_confirmed_at if known.phone == newcomer.phone else None
    user = replace(newcomer, id=known.id, created_at=known.created_at, phone_confirmed_at=same_phone)
    work.users.update(user)
    work.sessions.end_all(user.id, "password_changed", now)
    return user
