"""Use cases of administrators: who works at the studio, as what, and for how long."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from core.clock import Clock
from core.trail.deed import note
from gateway.accounts.domain import User
from gateway.accounts.errors import AccountNotFoundError, LastAdminError
from gateway.accounts.ports import Work
from gateway.accounts.service import Accounts
from shared_schemas.accounts import StaffMember, StaffPatch
from shared_schemas.common import Role
from shared_schemas.events.accounts import AccountAccessEnded


class Staff:
    """Changes take effect with the next request: who is disabled or no administrator any more can do nothing more."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, accounts: Accounts) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._accounts = accounts

    def list(self) -> list[StaffMember]:
        with self._unit_of_work() as work:
            return [user.staff_member() for user in work.users.staff()]

    def change(self, account_id: UUID, patch: StaffPatch) -> StaffMember:
        """`AccountNotFoundError` where nobody of the staff has this account; `LastAdminError`."""
        with self._unit_of_work() as work:
            admins = work.users.working_admins()
            before = _member(work, account_id, locked=True)
            user = self._changed(before, patch)
            if admins == {account_id} and (user.role is not Role.ADMIN or user.disabled_at):
                raise LastAdminError
            work.users.update(user)
            note(target=f"account:{account_id}", before=before, after=user)
            if user.disabled_at:
                work.sessions.end_all(account_id, "disabled", self._clock.now())
                work.emit(AccountAccessEnded(account_id=account_id, reason="disabled"))
            work.commit()
        return user.staff_member()

    def erase(self, account_id: UUID) -> None:
        """`AccountNotFoundError` where nobody of the staff has this account; `LastAdminError`."""
        with self._unit_of_work() as work:
            _member(work, account_id)
        self._accounts.erase(account_id)

    def end_sessions(self, account_id: UUID) -> None:
        """`AccountNotFoundError` where nobody of the staff has this account."""
        with self._unit_of_work() as work:
            _member(work, account_id)
            work.sessions.end_all(account_id, "ended_by_admin", self._clock.now())
            note(target=f"account:{account_id}")
            work.commit()

    def _changed(self, user: User, patch: StaffPatch) -> User:
        disabled_at = user.disabled_at
        if patch.disabled is not None:
            disabled_at = (disabled_at or self._clock.now()) if patch.disabled else None
        return replace(user, role=patch.role or user.role, disabled_at=disabled_at)


def _member(work: Work, account_id: UUID, *, locked: bool = False) -> User:
    user = work.users.get(account_id, locked=locked)
    if user.role is Role.CLIENT:
        raise AccountNotFoundError(account_id=str(account_id))
    return user
