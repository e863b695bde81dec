"""How many calls one caller may make, by class of calls, counted in PostgreSQL, so that it holds across processes.

Each class is a bucket that empties evenly (GCRA): a caller may make all calls of the window at once, and has one more
each `seconds / calls`. What remains is told in the headers of draft-ietf-httpapi-ratelimit-headers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import Protocol

from chalice.app import Request

from core.clock import Clock
from core.identity import Identity, address_digest
from core.observability import count
from shared_schemas.common import Role
from shared_schemas.errors import LimitedError, Text


class TooManyCallsError(LimitedError):
    """The caller has made all calls of this class that one may make for now."""

    code = "too_many_calls"
    text = Text(
        "Too many requests; try again in {seconds} s",
        "Слишком много запросов; повторите через {seconds} с",
    )


@dataclass(frozen=True)
class Limit:
    """`calls` within `seconds`."""

    calls: int
    seconds: int

    @property
    def window(self) -> timedelta:
        return timedelta(seconds=self.seconds)

    @property
    def cost(self) -> timedelta:
        """How long one call takes to be forgotten."""
        return self.window / self.calls

    def wait(self, free_at: datetime, now: datetime) -> int:
        """How many seconds until there is one call more."""
        return max(1, ceil((free_at + self.cost - self.window - now).total_seconds()))

    def headers(self, name: str, free_at: datetime, now: datetime) -> dict[str, str]:
        """What the caller is told of the class `name`; at `free_at` all calls will be forgotten."""
        used = max(free_at - now, timedelta())
        left = max(0, int((self.window - used) / self.cost))
        return {
            "RateLimit-Policy": f'"{name}";q={self.calls};w={self.seconds}',
            "RateLimit": f'"{name}";r={left};t={ceil(used.total_seconds())}',
        }


def parse_limits(setting: str) -> dict[str, Limit]:
    """`book=20/60 search=120/60`: by class, so many calls in so many seconds."""
    pairs = (entry.split("=") for entry in setting.split())
    return {name: Limit(*map(int, figures.split("/"))) for name, figures in pairs}


class Counts(Protocol):
    """Where calls are counted."""

    def charge(self, key: str, cost: timedelta, window: timedelta, now: datetime) -> datetime | None:
        """Count one more; when all of them will be forgotten, or None where that is beyond the window."""

    def free_at(self, key: str) -> datetime | None:
        """When all calls will be forgotten."""


class Calls:
    """Counts the calls of people and keys by their id, and of strangers by address; services are not counted."""

    def __init__(self, counts: Counts, limits: Mapping[str, Limit], clock: Clock) -> None:
        self._counts = counts
        self._limits = limits
        self._clock = clock

    def charge(self, name: str, identity: Identity | None, request: Request, headers: dict[str, str]) -> None:
        """Count a call of the class `name`, and say in `headers` what remains; `TooManyCallsError` if nothing does."""
        limit, who = self._limits.get(name), _caller(identity, request)
        if limit is None or who is None:
            return
        key, now = sha256(f"{name} {who}".encode()).hexdigest(), self._clock.now()
        counted = self._counts.charge(key, limit.cost, limit.window, now)
        free_at = counted or self._counts.free_at(key) or now
        headers |= limit.headers(name, free_at, now)
        if counted is None:
            count("CallsLimited", limit=name)
            wait = limit.wait(free_at, now)
            raise TooManyCallsError(retry_after=wait, seconds=wait)


def _caller(identity: Identity | None, request: Request) -> str | None:
    if identity is None:
        return address_digest(request.context)
    return None if identity.role is Role.SERVICE else identity.subject
