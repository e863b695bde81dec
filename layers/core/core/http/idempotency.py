"""Idempotency keys: a repeated POST gets the first answer, kept 24 hours in the caller's own transaction."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, select, text
from sqlalchemy.dialects.postgresql import Insert, insert

from core.postgres.database import DEFERRED, driver
from shared_schemas.errors import ConflictError, RejectedError, Text

LIFETIME_HOURS = 24
LOCK = "SELECT pg_try_advisory_xact_lock($1::bigint)"


@dataclass(frozen=True)
class IdempotencyKey:
    """A client's key, scoped to the caller and the operation; `fingerprint` identifies the request's body."""

    principal: str
    operation: str
    value: str
    fingerprint: str


def fingerprint(body: bytes) -> str:
    """The digest by which two requests are compared."""
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
        """The stored answer of an earlier request with this key; None means: go on, then `remember`.

        Holds an advisory lock until the transaction ends, so a concurrent repeat is told to wait (409).
        """
        if key is None:
            return None
        # Two statements in one round trip, not one statement: the second must see what was committed before the lock.
        lock = driver(self._connection).defer(LOCK, (self._number(key),))
        row = self._connection.execute(_lookup(self._table), _identity(key)).one_or_none()
        if not lock.value:
            raise RequestInFlightError
        if row is None:
            return None
        if row.fingerprint != key.fingerprint:
            raise IdempotencyKeyReusedError
        return dict(row.response)

    def remember(self, key: IdempotencyKey | None, response: Mapping[str, Any]) -> None:
        """Keep the answer; it lasts only if the caller's transaction commits."""
        if key is None:
            return
        values = {**_identity(key), "fingerprint": key.fingerprint, "response": dict(response)}
        self._connection.execute(_insertion(self._table), values, execution_options=DEFERRED)

    def _number(self, key: IdempotencyKey) -> int:
        name = "\x1f".join((self._table.fullname, key.principal, key.operation, key.value))
        return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def _identity(key: IdempotencyKey) -> dict[str, str]:
    return {"p_principal": key.principal, "p_operation": key.operation, "p_key": key.value}


@cache
def _lookup(table: Table) -> Select[Any]:
    c = table.c
    return select(c.fingerprint, c.response).where(
        c.principal == bindparam("p_principal"),
        c.operation == bindparam("p_operation"),
        c.key == bindparam("p_key"),
        c.created_at > text(f"now() - interval '{LIFETIME_HOURS} hours'"),
    )


@cache
def _insertion(table: Table) -> Insert:
    """An expired row may still be there."""
    values: dict[str, Any] = {name: bindparam(name) for name in ("fingerprint", "response")}
    values["created_at"] = text("now()")
    identity: dict[str, Any] = {name: bindparam(f"p_{name}") for name in ("principal", "operation", "key")}
    return insert(table).values(**identity, **values).on_conflict_do_update(index_elements=list(identity), set_=values)
