"""Confirming an address of one's own account, or a new one that takes the place of the old."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from core.clock import Clock
from core.identity import Identity
from core.trail.deed import note
from gateway.accounts.domain import User
from gateway.accounts.ports import Passwords
from gateway.codes.domain import Address
from gateway.codes.errors import PasswordNeededError, SignInAgainError
from gateway.codes.letters import Letters
from gateway.codes.ports import Work
from gateway.codes.proof import confirmed, make_way, welcome
from gateway.codes.service import Codes
from gateway.sessions.domain import SignIn
from gateway.sessions.guard import Guard, Try
from shared_schemas.accounts import Account
from shared_schemas.codes import Confirmation
from shared_schemas.errors import RuleViolationError, Violation


class Confirmations:
    """A new address opens the account for good. So a password that there is must be given, and without one the sign-in
    must be fresh: else an access token that was stolen for an hour would be worth the account."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        passwords: Passwords,
        guard: Guard,
        codes: Codes,
        letters: Letters,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._passwords = passwords
        self._codes = codes
        self._guard = guard
        self._letters = letters

    def confirm(self, identity: Identity, request: Confirmation, network: str) -> Account:
        """The account, reached at the address from now on.

        `InvalidCodeError`, `TooManyTriesError`; `PasswordNeededError`, `RuleViolationError` if it is wrong;
        `SignInAgainError`; `EmailTakenError`, `PhoneTakenError` if another account has confirmed it;
        `AccountNotFoundError`."""
        address, now, user_id = Address.of(request), self._clock.now(), identity.user_id
        attempt = self._permitted(identity, address, request.password)
        with self._unit_of_work() as work:
            code = self._codes.check(work, address, request.code, network)
            before = work.users.get(user_id, locked=True)
            make_way(work, address, before)
            user = confirmed(before, address, now)
            work.users.update(user)
            note(target=f"account:{user_id}", before=before, after=user)
            welcome(work, user)
            if opens_anew(before, address):
                self._letters.warn(work, before)
            self._codes.used(work, code, network)
            if attempt:
                self._guard.proved(work, user, attempt)
            work.commit()
        return user.account()

    def _permitted(self, identity: Identity, address: Address, password: str | None) -> Try | None:
        """The try of a password, if one was needed and is right."""
        with self._unit_of_work() as work:
            user = work.users.get(identity.user_id)
            session = work.sessions.locked(identity.session) if identity.session else None
        if not opens_anew(user, address):
            return None
        if user.password_hash is None:
            require_fresh(session, user.id, self._clock.now())
            return None
        if password is None:
            raise PasswordNeededError
        known, attempt = self._guard.password_change(user.id)
        if not self._passwords.matches(password, known.password_hash):
            raise RuleViolationError([WRONG_PASSWORD])
        return attempt


def require_fresh(session: SignIn | None, user_id: UUID, now: datetime) -> None:
    """`SignInAgainError` but a moment after the user proved to be reached where the account is known to be."""
    if session is None or session.user_id != user_id or not session.is_fresh(now):
        raise SignInAgainError


def opens_anew(user: User, address: Address) -> bool:
    """Whether the address would open an account that it did not open before. The e-mail of a registration does not:
    its owner may set a new password anyhow."""
    if address.channel == "email":
        return address.value != user.email
    return address.value != user.phone or user.phone_confirmed_at is None


WRONG_PASSWORD = Violation.of("password", "wrong_password", "This is not your password", "Это не ваш пароль")
