"""How often a password may be tried: pauses that grow, and that nobody can inflict on the owner from elsewhere.

Three counts stand side by side. One address that tries one account is slowed down first. One address that tries many
accounts is slowed down later. An account that many addresses try is slowed down for all addresses but those from which
its owner signed in before: whoever guesses cannot lock the owner out.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

LONGEST_MEMORY = timedelta(days=1)
"""After this nothing is left of any count."""


@dataclass(frozen=True)
class Limit:
    """After `free` failures each further one doubles the pause, from `first` to `longest`.

    A count without a failure for `memory` starts again."""

    free: int
    first: timedelta
    longest: timedelta
    memory: timedelta

    def pause(self, failures: int) -> timedelta:
        over = failures - self.free
        # Beyond sixteen doublings every pause is the longest.
        return timedelta() if over < 0 else min(self.first * 2 ** min(over, 16), self.longest)


PAIR = Limit(5, timedelta(seconds=2), timedelta(minutes=15), LONGEST_MEMORY)
ADDRESS = Limit(50, timedelta(seconds=2), timedelta(minutes=5), timedelta(hours=1))
ACCOUNT = Limit(50, timedelta(seconds=2), timedelta(minutes=5), timedelta(hours=6))


@dataclass(frozen=True)
class Tries:
    """One count. Every try counts as a failure until it proves right, so that many at once are no way round."""

    key: str
    failures: int
    failed_at: datetime
    free_at: datetime

    def charged(self, limit: Limit, now: datetime) -> Self:
        failures = (self.failures if now - self.failed_at <= limit.memory else 0) + 1
        return replace(self, failures=failures, failed_at=now, free_at=now + limit.pause(failures))

    def returned(self, now: datetime) -> Self:
        """Without the try that proved right. Whoever signs in to an account of their own gains no tries at others."""
        return replace(self, failures=max(self.failures - 1, 0), free_at=min(self.free_at, now))


def limits(key: str, email: str, address: str, *, known: bool) -> Mapping[str, Limit]:
    """The counts of one try, by digests: `key` is secret, so the table tells neither addresses nor e-mails.

    From an address that is `known` to the account, other people's tries do not count, nor tries of other accounts:
    an office and a mobile network share an address."""
    pair = {digest(key, "pair", email, address): PAIR}
    others = {digest(key, "address", address): ADDRESS, digest(key, "account", email): ACCOUNT}
    return pair if known else {**pair, **others}


def digest(key: str, *parts: str) -> str:
    return hmac.digest(key.encode(), "\n".join(parts).encode(), "sha256").hex()


def seconds_to_wait(tries: Sequence[Tries], now: datetime) -> int:
    """Until all of them are free, in whole seconds; 0 where they are.

    Less than a second is no pause: of two tries at once, the one that waited for the lock has the older `now`."""
    second = timedelta(seconds=1)
    longest = max((each.free_at - now for each in tries), default=timedelta())
    return 0 if longest < second else -(-longest // second)
