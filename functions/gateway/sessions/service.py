"""Use cases of sessions: sign in, stay signed in, see where, and end it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from core.clock import Clock
from core.identity import Identity
from core.keys.signing import Keys
from core.observability import count
from core.tokens import USERS, Claims, read_claims, sign
from core.trail.deed import note, signs_in
from gateway.accounts.domain import User
from gateway.accounts.password_rules import require_strong
from gateway.accounts.ports import Passwords
from gateway.sessions.domain import Lifetimes, SignIn, Turn
from gateway.sessions.errors import (
    AccountDisabledError,
    InvalidCredentialsError,
    RefreshTokenError,
    SessionEndedError,
    SessionNotFoundError,
)
from gateway.sessions.failures import note_failure
from gateway.sessions.guard import Guard
from gateway.sessions.ports import SecondStep, Work
from shared_schemas.accounts import PasswordChange, Session, TokenPair, TokenRequest
from shared_schemas.errors import NotFoundError, RuleViolationError, UnauthenticatedError, Violation
from shared_schemas.events.accounts import AccountPasswordChanged, SessionReused


class Sessions:
    """Tokens are proof of a session; the session itself is a row, which ends when somebody says so."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        passwords: Passwords,
        keys: Keys,
        guard: Guard,
        lifetimes: Lifetimes,
        second_step: SecondStep,
    ) -> None:
        self._guard = guard
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._passwords = passwords
        self._keys = keys
        self._lifetimes = lifetimes
        self._second_step = second_step

    def sign_in(self, request: TokenRequest, client: str, address: str) -> TokenPair:
        """A new session for the right password; `address` is where the request comes from.

        `InvalidCredentialsError` if it is wrong or the e-mail unknown, `TooManyTriesError`, `AccountDisabledError`;
        `SecondFactorRequiredError`, `InvalidSecondFactorError`."""
        email, password = request.credentials
        known, attempt = self._guard.sign_in(email, address)
        if not self._passwords.matches(password, known.password_hash if known else None) or known is None:
            note_failure(self._unit_of_work, known)
            raise InvalidCredentialsError
        renewed = self._renewed(password, known)
        now = self._clock.now()
        with self._unit_of_work() as work:
            user = self._unchanged(work, known)
            if renewed:
                work.users.update(replace(user, password_hash=renewed))
            session = self.begin(work, user, client, request.second_factor, now)
            self._guard.proved(work, user, attempt)
            work.commit()
        return self.pair(user, session, now)

    def _renewed(self, password: str, user: User) -> str | None:
        """A hash by the parameters of today, where theirs are older."""
        return self._passwords.hash(password) if self._passwords.outdated(user.password_hash or "") else None

    def begin(self, work: Work, user: User, client: str, second_factor: str | None, now: datetime) -> SignIn:
        """A new session of who has proved to be this user, but for the second factor.

        `SecondFactorRequiredError`, `InvalidSecondFactorError`, `TooManyTriesError`."""
        self._second_step.require(work, user, second_factor, now)
        expires_at = now + min(self._lifetimes.idle, self._lifetimes.longest)
        session = SignIn(uuid4(), user.id, 0, client, created_at=now, used_at=now, expires_at=expires_at)
        work.sessions.add(session)
        signs_in(_identity(user, session))
        return session

    def remember(self, work: Work, user: User, address: str, now: datetime) -> None:
        """The user signed in from there: nobody else's tries count there from now on."""
        self._guard.remember(work, user, address, now)

    def pair(self, user: User, session: SignIn, now: datetime) -> TokenPair:
        """The tokens of a session as it is now."""
        access = self._lifetimes.access
        return TokenPair(
            access_token=self._sign(user, session, now, access, "access"),
            refresh_token=self._sign(user, session, now, session.expires_at - now, "refresh", gen=session.generation),
            expires_in=int(access.total_seconds()),
        )

    def refresh(self, refresh_token: str) -> TokenPair:
        """The next pair of a session, with the role that the user has now.

        `RefreshTokenError` for what is no refresh token; `SessionEndedError` where the session is over, which is
        also what becomes of one whose token is used a second time."""
        claims, now = self._claims(refresh_token), self._clock.now()
        with self._unit_of_work() as work:
            session, user = self._standing(work, claims, now)
            turn = session.turn(int(claims["gen"]), now)
            if turn is Turn.REUSED:
                work.sessions.put(session.ended("reused", now))
                work.emit(SessionReused(account_id=user.id, session_id=session.id))
            elif turn is Turn.NEXT:
                session = session.exchanged(now, self._lifetimes)
                work.sessions.put(session)
            work.commit()
        if turn is Turn.REUSED:
            count("RefreshTokensReused")
            raise SessionEndedError
        return self.pair(user, session, now)

    def list(self, identity: Identity) -> list[Session]:
        """The open ones of the caller."""
        with self._unit_of_work() as work:
            sessions = work.sessions.open_of(identity.user_id, self._clock.now())
        return [session.shown(identity.session) for session in sessions]

    def end_current(self, identity: Identity) -> None:
        """Sign out here; `SessionNotFoundError` where that has happened already."""
        if identity.session:
            self._end(identity, identity.session)

    def end(self, identity: Identity, session_id: UUID) -> None:
        """`SessionNotFoundError` for one that is not the caller's, or is over."""
        if not self._end(identity, session_id):
            raise SessionNotFoundError(session_id=str(session_id))

    def end_all(self, identity: Identity) -> None:
        """Sign out everywhere."""
        with self._unit_of_work() as work:
            work.sessions.end_all(identity.user_id, "signed_out", self._clock.now())
            note(target=f"account:{identity.subject}")
            work.commit()

    def change_password(self, identity: Identity, change: PasswordChange) -> None:
        """Set a new password and end the caller's other sessions; `RuleViolationError` if the current one is wrong, or
        the new one weak.

        `TooManyTriesError`; `AccountNotFoundError`, `AccountDisabledError`, `InvalidCredentialsError` if the account
        changed meanwhile."""
        known, attempt = self._guard.password_change(identity.user_id)
        if not self._passwords.matches(change.current, known.password_hash):
            note_failure(self._unit_of_work, known)
            raise RuleViolationError([WRONG_PASSWORD])
        require_strong(change.new, known.email, known.full_name, field="new")
        hashed = self._passwords.hash(change.new)
        with self._unit_of_work() as work:
            user = self._unchanged(work, known)
            work.users.update(replace(user, password_hash=hashed))
            note(target=f"account:{user.id}")
            self._guard.proved(work, user, attempt)
            work.sessions.end_all(user.id, "password_changed", self._clock.now(), but=identity.session)
            work.codes.erase(user.id)
            work.emit(AccountPasswordChanged(account_id=user.id))
            work.commit()

    def _end(self, identity: Identity, session_id: UUID) -> bool:
        """Whether there was such a session of the caller's."""
        now = self._clock.now()
        with self._unit_of_work() as work:
            session = work.sessions.locked(session_id)
            if session is None or session.user_id != identity.user_id or not session.is_open(now):
                return False
            work.sessions.put(session.ended("signed_out", now))
            note(target=f"session:{session_id}")
            work.commit()
        return True

    def _unchanged(self, work: Work, known: User) -> User:
        """The user, locked, if what the password was compared with still holds."""
        try:
            user = work.users.get(known.id, locked=True)
        except NotFoundError:
            raise InvalidCredentialsError from None
        if user.password_hash != known.password_hash:
            raise InvalidCredentialsError
        if user.disabled_at:
            raise AccountDisabledError
        return user

    def _claims(self, refresh_token: str) -> Claims:
        try:
            return read_claims(refresh_token, self._keys, kind="refresh")
        except UnauthenticatedError:
            raise RefreshTokenError from None

    def _standing(self, work: Work, claims: Claims, now: datetime) -> tuple[SignIn, User]:
        session = work.sessions.locked(UUID(claims["sid"])) if "sid" in claims else None
        if session is None or not session.is_open(now):
            raise SessionEndedError
        try:
            user = work.users.get(session.user_id)
        except NotFoundError:
            raise SessionEndedError from None
        if user.disabled_at:
            raise SessionEndedError
        return session, user

    def _sign(
        self, user: User, session: SignIn, now: datetime, lifetime: timedelta, kind: str, **claims: object
    ) -> str:
        return sign(
            _identity(user, session),
            issuer=USERS,
            key=self._keys[USERS],
            now=now,
            lifetime=lifetime,
            kind=kind,
            **claims,
        )


def _identity(user: User, session: SignIn) -> Identity:
    return Identity(str(user.id), user.role, session.id)


WRONG_PASSWORD = Violation.of(
    "current", "wrong_password", "This is not your current password", "Это не ваш нынешний пароль"
)
