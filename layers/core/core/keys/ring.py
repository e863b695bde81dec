"""The keys of one issuer: the newest signs, older ones verify until the last token that they signed has ended.

It is the content of a secret. A text of no shape, such as Secrets Manager generates, is a ring of one key; after a
rotation it is a JSON document."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from core.secrets import KEPT

LEAD = timedelta(minutes=2)
"""A new key signs only when everybody knows it: this is longer than a process keeps what it read."""


class RingError(RuntimeError):
    """A secret begins like a ring and is none. Its content is not told."""


@dataclass(frozen=True)
class RingKey:
    """`signs_from` and `verifies_until` are open where they are None."""

    secret: str = field(repr=False)
    signs_from: datetime | None = None
    verifies_until: datetime | None = None

    def signs(self, now: datetime) -> bool:
        return self.signs_from is None or self.signs_from <= now

    def verifies(self, now: datetime) -> bool:
        return self.verifies_until is None or now < self.verifies_until


@dataclass(frozen=True)
class Ring:
    """At least one key, the newest first."""

    keys: tuple[RingKey, ...]

    def signing(self, now: datetime) -> RingKey:
        return next((key for key in self.keys if key.signs(now)), self.keys[-1])

    def verifying(self, now: datetime) -> Sequence[RingKey]:
        return [key for key in self.keys if key.verifies(now)]

    def rotated(self, secret: str, now: datetime, longest_token: timedelta) -> "Ring":
        """With a new key. Older ones go when no token of theirs can be left, signed by a process that had read the
        ring just before the new key signs, and living as long as a token may."""
        new = RingKey(secret, signs_from=now + LEAD)
        until = now + LEAD + KEPT + longest_token
        older = (replace(key, verifies_until=key.verifies_until or until) for key in self.verifying(now))
        return Ring((new, *older))

    @classmethod
    def of_one(cls, secret: str) -> "Ring":
        """A ring that knows no other key, and no token of before."""
        return cls((RingKey(secret),))

    def text(self) -> str:
        """As a secret holds it."""
        return json.dumps({"keys": [_written(key) for key in self.keys]})


@lru_cache(maxsize=64)
def ring_of(text: str) -> Ring:
    """The ring in a secret; `RingError` where there is none."""
    if not text.startswith("{"):
        return Ring.of_one(text)
    try:
        ring = Ring(tuple(map(_read, json.loads(text)["keys"])))
    except (ValueError, KeyError, TypeError):
        raise RingError("A secret of signing keys cannot be read") from None
    if not ring.keys:
        raise RingError("A secret of signing keys holds no key")
    return ring


def _written(key: RingKey) -> dict[str, str]:
    times = {"signs_from": key.signs_from, "verifies_until": key.verifies_until}
    return {"secret": key.secret} | {name: at.isoformat() for name, at in times.items() if at}


def _read(entry: dict[str, Any]) -> RingKey:
    times = {name: datetime.fromisoformat(entry[name]) for name in ("signs_from", "verifies_until") if name in entry}
    return RingKey(str(entry["secret"]), **times)
