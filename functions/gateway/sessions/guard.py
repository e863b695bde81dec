"""Before a password is compared, the try is counted; once it proved right, it is taken back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, Self
from uuid import UUID

from core.clock import Clock
from core.observability import count
from core.trail.deed import aside
from gateway.accounts.domain import User
from gateway.accounts.ports import Users
from gateway.keys.data_keys import DataKeys
from gateway.sessions.errors import TooManyTriesError
from gateway.sessions.ports import Counts
from gateway.sessions.tries import PAIR, Limit, digest, limits, seconds_to_wait
from shared_schemas.errors import LimitedError


class Work(Protocol):
    @property
    def users(self) -> Users: ...
    @property
    def tries(self) -> Counts: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *error: Any) -> None: ...
    def commit(self) -> None: ...


@dataclass(frozen=True)
class Try:
    """One password that somebody tries; `limits` are its counts by key, the first being that of the pair."""

    limits: dict[str, Limit]
    address: str


@dataclass(frozen=True)
class Guard:
    """Counts are stored under digests by a secret, so that they name nobody to who lacks it.

    It is none of the signing keys: their rotation would forget the tries."""

    unit_of_work: Callable[[], Work]
    clock: Clock
    keys: DataKeys

    def sign_in(self, email: str, address: str) -> tuple[User | None, Try]:
        """Whom the e-mail belongs to, with the try counted; `TooManyTriesError` says how long to wait.

        It is the same for an e-mail that nobody has."""
        place = self._digest("address", address)
        with self.unit_of_work() as work:
            user = work.users.by_email(email)
            known = user is not None and work.tries.is_known(user.id, place)
            attempt = Try(dict(limits(self.keys.counting(), email, address, known=known)), place)
            self._charge(work, attempt)
            work.commit()
        return user, attempt

    def password_change(self, user_id: UUID) -> tuple[User, Try]:
        """The same for who is signed in: a stolen access token must not serve to find the password.

        `TooManyTriesError`, `AccountNotFoundError`."""
        attempt = Try({self._digest("password", str(user_id)): PAIR}, "")
        with aside(), self.unit_of_work() as work:
            user = work.users.get(user_id)
            self._charge(work, attempt)
            work.commit()
        return user, attempt

    def remember(self, work: Work, user: User, address: str, now: datetime) -> None:
        """The user signed in from this address."""
        work.tries.remember(user.id, self._digest("address", address), now)

    def proved(self, work: Work, user: User, attempt: Try) -> None:
        """The password was right: the count of the pair starts again, and its address is known from now on."""
        now = self.clock.now()
        give_back(work.tries, attempt.limits, now)
        if attempt.address:
            work.tries.remember(user.id, attempt.address, now)

    def _digest(self, *parts: str) -> str:
        return digest(self.keys.counting(), *parts)

    def _charge(self, work: Work, attempt: Try) -> None:
        charge(work.tries, attempt.limits, self.clock.now())


def charge(
    tries: Counts, limits: Mapping[str, Limit], now: datetime, refusal: type[LimitedError] = TooManyTriesError
) -> None:
    """Count one try in each; the `refusal` says how long to wait, and is not counted."""
    counts = tries.locked(limits, now)
    if wait := seconds_to_wait(counts, now):
        count("SignInsPaused")
        raise refusal(retry_after=wait)
    tries.put([each.charged(limits[each.key], now) for each in counts])


def give_back(tries: Counts, limits: Mapping[str, Limit], now: datetime) -> None:
    """It proved right: the first count starts again, the others are without this try."""
    first, *others = limits
    counts = tries.locked(limits, now)
    tries.forget(first)
    if others:
        tries.put([each.returned(now) for each in counts if each.key != first])
