"""Idempotency keys: a repeated POST gets the first answer, kept 24 hours in the caller's own transaction."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.dialects.postgresql import insert

from shared_schemas.errors import ConflictError, RejectedError, Text

LIFETIME_HOURS = 24


@dataclass(frozen=True)
class IdempotencyKey:
    """A client's key, scoped to the caller and the operation; `fingerprint` identifies the request's body."""

    principal: str
    operation: str
    value: str
    fingerprint: str


def fingerprint(body: bytes) -> str:
    """The digest by which two requests count as the same."""
    return hashlib.sha256(body).hexdigest()


class IdempotencyKeyReusedError(RejectedError):
    """The key was used for another request."""

    code = "idempotency_key_reused"
    text = Text(
        "This Idempotency-Key was used with a different request",
        "Этот Idempotency-Key уже использован с другим запросом",
    )


class RequestInFlightError(ConflictError):
    """The first request with this key is still running."""

    code = "request_in_flight"
    text = Text("The first request with this key is still running", "Первый запрос с этим ключом ещё выполняется")


class IdempotencyStore:
    """The keys of one schema, inside one transaction."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table

    def replay(self, key: IdempotencyKey | None) -> dict[str, Any] | None:
        """The stored answer of an earlier request with this key; None means: go on, and `remember`.

        Holds an advisory lock until the transaction ends, so a concurrent repeat is told to wait (409).
        """
        if key is None:
            return None
        if not self._lock(key):
            raise RequestInFlightError
        table = self._table
        row = self._connection.execute(
            table.select().where(
                table.c.principal == key.principal,
                table.c.operation == key.operation,
                table.c.key == key.value,
                table.c.created_at > text(f"now() - interval '{LIFETIME_HOURS} hours'"),
            )
        ).one_or_none()
        if row is None:
            return None
        if row.fingerprint != key.fingerprint:
            raise IdempotencyKeyReusedError
        return dict(row.response)

    def remember(self, key: IdempotencyKey | None, response: Mapping[str, Any]) -> None:
        """Keep the answer; it lasts only if the caller's transaction commits."""
        if key is None:
            return
        values = {"fingerprint": key.fingerprint, "response": dict(response), "created_at": text("now()")}
        statement = insert(self._table).values(
            principal=key.principal, operation=key.operation, key=key.value, **values
        )
        # A row older than its lifetime may still be there.
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["principal", "operation", "key"], set_=values)
        )

    def _lock(self, key: IdempotencyKey) -> bool:
        name = "\x1f".join((self._table.fullname, key.principal, key.operation, key.value))
        number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        locked = self._connection.execute(text("SELECT pg_try_advisory_xact_lock(:number)"), {"number": number})
        return bool(locked.scalar_one())
