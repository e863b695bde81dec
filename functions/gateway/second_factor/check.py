"""The second step of a sign-in, whichever the first one was."""

from collections.abc import Mapping
from datetime import datetime

from core.observability import count
from core.trail.deed import aside, failed_sign_in
from gateway.accounts.domain import User
from gateway.keys.data_keys import DataKeys
from gateway.second_factor.domain import GUESSES, SecondFactor, plain
from gateway.second_factor.errors import InvalidSecondFactorError, SecondFactorRequiredError
from gateway.second_factor.ports import Work
from gateway.second_factor.sealing import Sealing
from gateway.sessions.guard import charge, give_back
from gateway.sessions.tries import Limit, digest
from shared_schemas.errors import RuleViolationError, Violation


class SecondFactorCheck:
    """Tries are counted by account, beside what the first step counts: who gets here knows the password."""

    def __init__(self, keys: DataKeys, sealing: Sealing) -> None:
        self._keys = keys
        self._sealing = sealing

    def require(self, work: Work, user: User, given: str | None, now: datetime) -> None:
        """Nothing where it is off. A right code is used up with the transaction.

        `SecondFactorRequiredError`, `TooManyTriesError`; `InvalidSecondFactorError`, with the try committed."""
        factor = work.second_factors.locked(user.id)
        if factor is None or factor.confirmed_at is None:
            return
        if not given:
            raise SecondFactorRequiredError
        if self._used(work, factor, given, now) is None:
            if user.is_staff:
                work.emit(failed_sign_in(user.id))
            _keep_the_try(work)
            raise InvalidSecondFactorError

    def prove(self, work: Work, factor: SecondFactor, given: str, now: datetime) -> SecondFactor:
        """The same of who has signed in; the factor, stored as it is after this code.

        `TooManyTriesError`; `RuleViolationError`, with the try committed."""
        proved = self._used(work, factor, given, now)
        if proved is None:
            _keep_the_try(work)
            raise RuleViolationError([WRONG_CODE])
        return proved

    def _used(self, work: Work, factor: SecondFactor, given: str, now: datetime) -> SecondFactor | None:
        """None where the code is wrong."""
        limits = self._limits(factor)
        charge(work.tries, limits, now)
        code, opened = plain(given), self._sealing.open(factor.secret, factor.user_id)
        proved = factor.proved(code, opened, self._sealing.digests(code, factor.user_id), now)
        if proved:
            give_back(work.tries, limits, now)
            work.second_factors.put(proved)
        return proved

    def _limits(self, factor: SecondFactor) -> Mapping[str, Limit]:
        return {digest(self._keys.counting(), "second factor", str(factor.user_id)): GUESSES}


def _keep_the_try(work: Work) -> None:
    count("SignInsFailed")
    with aside():
        work.commit()


WRONG_CODE = Violation.of(
    "code", "wrong_second_factor", "This code is wrong or was used before", "Этот код неверный или уже использован"
)
