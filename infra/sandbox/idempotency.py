"""Idempotency keys: the same request under the same key is answered as the first time."""

import hashlib
import json
from datetime import timedelta
from typing import Any

from infra.sandbox.clock import Clock
from infra.sandbox.database import Database

LIFE = timedelta(hours=24)


class KeyReusedError(Exception):
    """The key was used for another request."""


def fingerprint(path: str, document: Any) -> str:
    """Equal for requests that mean the same: the order of JSON's fields does not matter."""
    canonical = json.dumps([path, document], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class IdempotencyKeys:
    """The keys of one gateway, kept for 24 hours of its time."""

    def __init__(self, database: Database, clock: Clock, provider: str) -> None:
        self._database = database
        self._clock = clock
        self._provider = provider

    def answer(self, key: str, print_: str) -> Any | None:
        """The first answer under this key, or None; raises `KeyReusedError`."""
        self._forget()
        row = self._database.execute(
            "SELECT fingerprint, answer FROM idempotency_keys WHERE provider = ? AND key = ?", (self._provider, key)
        ).fetchone()
        if row is None:
            return None
        if row["fingerprint"] != print_:
            raise KeyReusedError(key)
        return json.loads(row["answer"])

    def remember(self, key: str, print_: str, answer: Any) -> None:
        """Keep the answer; belongs into the transaction of what it answers."""
        self._database.execute(
            "INSERT INTO idempotency_keys VALUES (?, ?, ?, ?, ?)",
            (self._provider, key, print_, json.dumps(answer), self._clock.now().isoformat(timespec="microseconds")),
        )

    def _forget(self) -> None:
        limit = (self._clock.now() - LIFE).isoformat(timespec="microseconds")
        self._database.execute("DELETE FROM idempotency_keys WHERE created_at <= ?", (limit,))
