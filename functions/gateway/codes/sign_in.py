"""Signing in by a one-time code; whoever has no account gets one."""

from collections.abc import Callable
from uuid import uuid4

from core.clock import Clock
from gateway.accounts.domain import User
from gateway.codes.domain import Address
from gateway.codes.errors import ConsentRequiredError
from gateway.codes.ports import Work
from gateway.codes.proof import confirmed, settle, welcome
from gateway.codes.service import Codes
from gateway.consents.domain import covers_the_needed
from gateway.consents.giving import give
from gateway.sessions.errors import AccountDisabledError
from gateway.sessions.service import Sessions
from shared_schemas.accounts import TokenPair, TokenRequest
from shared_schemas.common import LocaleCode, Role


class CodeSignIn:
    """One transaction: the code is used up only if somebody is signed in."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, codes: Codes, sessions: Sessions) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._codes = codes
        self._sessions = sessions

    def sign_in(self, request: TokenRequest, client: str, network: str) -> TokenPair:
        """A new session for the right code.

        `InvalidCodeError`, `TooManyTriesError`; and only for who knows the code: `ConsentRequiredError`,
        `ConsentOutdatedError`, `PasswordRequiredError`, `AccountDisabledError`, `SecondFactorRequiredError`,
        `InvalidSecondFactorError`.
        `EmailTakenError` or `PhoneTakenError` if another account gets the address at the same moment."""
        address, now = Address.of(request), self._clock.now()
        with self._unit_of_work() as work:
            code = self._codes.check(work, address, request.code or "", network)
            consent = covers_the_needed(request.consent, request.consents)
            user = settle(work, address, now, lambda: self._newcomer(address, code.locale, consent=consent))
            if user.disabled_at:
                raise AccountDisabledError
            welcome(work, user)
            give(work, user.id, "sign_in", now, consents=request.consents, plain=request.consent)
            session = self._sessions.begin(work, user, client, request.second_factor, now)
            self._codes.used(work, code, network)
            self._sessions.remember(work, user, network, now)
            work.commit()
        return self._sessions.pair(user, session, now)

    def _newcomer(self, address: Address, locale: LocaleCode, *, consent: bool) -> User:
        if not consent:
            raise ConsentRequiredError
        now = self._clock.now()
        nobody = User(
            id=uuid4(),
            email=None,
            phone=None,
            full_name="",
            locale=locale,
            role=Role.CLIENT,
            password_hash=None,
            consented_at=now,
            created_at=now,
        )
        return confirmed(nobody, address, now)
