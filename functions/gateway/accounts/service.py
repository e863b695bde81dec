"""Use cases of accounts."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

from core.changes import changed
from core.clock import Clock
from core.trail.deed import note
from gateway.accounts.domain import User
from gateway.accounts.errors import AccountNotFoundError, AdminExistsError, LastAdminError, OnlyWayInError
from gateway.accounts.former_guests import gather
from gateway.accounts.password_rules import require_strong
from gateway.accounts.ports import Passwords, Users, Work
from shared_schemas.accounts import Account, AccountPatch, AccountRequest, Contact, StaffRequest
from shared_schemas.common import Role
from shared_schemas.events.accounts import AccountErased
from shared_schemas.events.operations import StaffActed


def require_another_admin(users: Users, user_id: UUID) -> None:
    """`LastAdminError` where this is the only administrator who may sign in."""
    if users.working_admins() == {user_id}:
        raise LastAdminError


class Accounts:
    """Register, look up, change, erase."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, passwords: Passwords) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._passwords = passwords

    def register(self, request: AccountRequest | StaffRequest, role: Role = Role.CLIENT) -> Account:
        """A new account; `EmailTakenError` if the address has one, `RuleViolationError` for a weak password."""
        user = self.newcomer(request, role)
        with self._unit_of_work() as work:
            work.users.add(user)
            note(target=f"account:{user.id}", after={"role": user.role})
            work.commit()
        return user.account()

    def bootstrap(self, request: StaffRequest) -> Account:
        """The first administrator; `AdminExistsError` if there is one already, `RuleViolationError` for a weak
        password."""
        user = replace(self.newcomer(request, Role.ADMIN), email_confirmed_at=self._clock.now())
        with self._unit_of_work() as work:
            if work.users.has_admin():
                raise AdminExistsError
            work.users.add(user)
            work.emit(StaffActed(action="bootstrap", target=f"account:{user.id}", after={"role": user.role.value}))
            work.commit()
        return user.account()

    def get(self, user_id: UUID) -> Account:
        """An account; `AccountNotFoundError`."""
        with self._unit_of_work() as work:
            return work.users.get(user_id).account()

    def contact(self, user_id: UUID) -> Contact:
        """A user's contact details; `AccountNotFoundError`."""
        with self._unit_of_work() as work:
            return work.users.contact(user_id)

    def require_known(self, user_id: UUID) -> None:
        """`AccountNotFoundError` where there is neither such an account nor such a guest."""
        with self._unit_of_work() as work:
            if not work.users.is_known(user_id):
                raise AccountNotFoundError(account_id=str(user_id))

    def change(self, user_id: UUID, patch: AccountPatch) -> Account:
        """Change an account; `AccountNotFoundError`. A new phone is not confirmed yet; `OnlyWayInError`."""
        with self._unit_of_work() as work:
            before = work.users.get(user_id, locked=True)
            user = changed(before, patch)
            if user.phone != before.phone:
                if before.is_known_by_phone_alone:
                    raise OnlyWayInError
                user = replace(user, phone_confirmed_at=None)
            work.users.update(user)
            note(target=f"account:{user_id}", before=before, after=user)
            work.commit()
        return user.account()

    def vouch(self, email: str) -> UUID | None:
        """An operator knows who is reached there; returns whose e-mail it is, if it is anybody's."""
        with self._unit_of_work() as work:
            user = work.users.by_email(email, locked=True)
            if user and not user.email_confirmed_at:
                work.users.update(replace(user, email_confirmed_at=self._clock.now()))
                work.emit(StaffActed(action="vouch", target=f"account:{user.id}"))
                work.commit()
        return user.id if user else None

    def erase(self, user_id: UUID) -> None:
        """Forget the person (152-FZ) and have the other services do so; bookings keep an id that leads nowhere.

        `AccountNotFoundError`; `LastAdminError` where nobody would be left to let others in."""
        with self._unit_of_work() as work:
            self._forget(work, user_id)

    def erase_client(self, user_id: UUID) -> None:
        """The same for a client or a guest who asked the studio; whoever joined an account goes with all of it.

        `AccountNotFoundError`, also for staff and for guests who joined one of them: see `Staff.erase`.
        `LastAdminError` if the client becomes the only administrator meanwhile."""
        with self._unit_of_work() as work:
            self._forget(work, work.users.client(user_id))

    def _forget(self, work: Work, user_id: UUID) -> None:
        require_another_admin(work.users, user_id)
        # Whoever booked with a proved address of this account is the same person, and asked for the same.
        gather(work.guests, work.users.contact(user_id))
        now = self._clock.now()
        erased = work.users.erase(user_id, now)
        work.sessions.erase(user_id, now)
        work.codes.erase(user_id)
        work.second_factors.remove(user_id)
        work.consents.erase(erased, now)
        for account_id in erased:
            work.emit(AccountErased(account_id=account_id))
        note(target=f"account:{user_id}")
        work.commit()

    def newcomer(self, request: AccountRequest | StaffRequest, role: Role) -> User:
        """Who wants an account; `RuleViolationError` for a weak password. Nothing is stored."""
        require_strong(request.password, request.email, request.full_name)
        now = self._clock.now()
        return User(
            id=uuid4(),
            email=request.email,
            phone=request.phone,
            full_name=request.full_name,
            locale=request.locale,
            role=role,
            password_hash=self._passwords.hash(request.password),
            consented_at=now,
            created_at=now,
        )
