"""Use cases of accounts and tokens."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from core.clock import Clock
from core.identity import Identity
from core.tokens import USERS, sign, verify
from gateway.domain import User
from gateway.errors import AdminExistsError, InvalidCredentialsError
from gateway.ports import Passwords, Work
from shared_schemas.accounts import (
    Account,
    AccountPatch,
    AccountRequest,
    Contact,
    StaffRequest,
    TokenPair,
    TokenRequest,
)
from shared_schemas.common import Role
from shared_schemas.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from shared_schemas.events import AccountErased


class Accounts:
    """Register, look up, change, erase."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, passwords: Passwords) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._passwords = passwords

    def register(self, request: AccountRequest | StaffRequest, role: Role = Role.CLIENT) -> Account:
        """A new account; `EmailTakenError` where the address has one."""
        user = self._user(request, role)
        with self._unit_of_work() as work:
            work.users.add(user)
            work.commit()
        return user.account()

    def bootstrap(self, request: StaffRequest) -> Account:
        """The first administrator; `AdminExistsError` ever after."""
        user = self._user(request, Role.ADMIN)
        with self._unit_of_work() as work:
            if work.users.has_admin():
                raise AdminExistsError
            work.users.add(user)
            work.commit()
        return user.account()

    def get(self, user_id: UUID) -> Account:
        with self._unit_of_work() as work:
            return work.users.get(user_id).account()

    def contact(self, user_id: UUID) -> Contact:
        with self._unit_of_work() as work:
            return work.users.get(user_id).contact()

    def change(self, user_id: UUID, patch: AccountPatch) -> Account:
        with self._unit_of_work() as work:
            user = work.users.get(user_id).patched(patch)
            work.users.update(user)
            work.commit()
        return user.account()

    def erase(self, user_id: UUID) -> None:
        """Forget the person (152-FZ) and have the other services do so; bookings keep an id that leads nowhere."""
        with self._unit_of_work() as work:
            work.users.erase(user_id, self._clock.now())
            work.emit(AccountErased(account_id=user_id))
            work.commit()

    def _user(self, request: AccountRequest | StaffRequest, role: Role) -> User:
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


class Tokens:
    """Sign in, and stay signed in."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        passwords: Passwords,
        keys: Mapping[str, str],
        access: timedelta,
        refresh: timedelta,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._passwords = passwords
        self._keys = keys
        self._access = access
        self._refresh = refresh

    def sign_in(self, request: TokenRequest) -> TokenPair:
        """A pair of tokens for the right password."""
        with self._unit_of_work() as work:
            user = work.users.by_email(request.email)
        if not self._passwords.matches(request.password, user.password_hash if user else None) or user is None:
            raise InvalidCredentialsError
        return self._pair(user)

    def refresh(self, refresh_token: str) -> TokenPair:
        """A new pair with the role the user has now; nothing for a user who was erased."""
        identity = verify(refresh_token, self._keys, kind="refresh")
        try:
            with self._unit_of_work() as work:
                user = work.users.get(identity.user_id)
        except (NotFoundError, ForbiddenError):
            # Erased, or a service, which has no user's id.
            raise UnauthenticatedError from None
        return self._pair(user)

    def _pair(self, user: User) -> TokenPair:
        return TokenPair(
            access_token=self._sign(user, self._access, "access"),
            refresh_token=self._sign(user, self._refresh, "refresh"),
            expires_in=int(self._access.total_seconds()),
        )

    def _sign(self, user: User, lifetime: timedelta, kind: str) -> str:
        identity = Identity(str(user.id), user.role)
        return sign(identity, issuer=USERS, key=self._keys[USERS], now=self._clock.now(), lifetime=lifetime, kind=kind)
