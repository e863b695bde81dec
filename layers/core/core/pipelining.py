"""A pg8000 connection that waits once per statement instead of three times, and once less per transaction.

pg8000 sends Parse, Describe, Bind and Execute one after the other and waits for each, and waits for BEGIN too. The
extended query protocol lets all of them travel together. This stands on pg8000's internals, so its version is pinned.
"""

import socket
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Self

from pg8000.converters import make_params
from pg8000.core import BIND, DESCRIBE, EXECUTE_MSG, NULL_BYTE, PARSE, PORTAL, SYNC_MSG, Context, _flush, _write
from pg8000.dbapi import convert_paramstyle
from pg8000.exceptions import DatabaseError
from pg8000.legacy import Connection, Cursor, IntegrityError, InterfaceError, ProgrammingError

BEGIN = "begin transaction"
TIMESTAMPTZ_OID = 1184


class PipeliningConnection(Connection):  # type: ignore[misc]
    """One round trip per statement; the first of a transaction brings its BEGIN along."""

    def __init__(self, **parameters: Any) -> None:
        self._begins = False
        super().__init__(**parameters)
        # Small writes must not wait for the answer to the one before (40 ms).
        self._usock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.register_in_adapter(TIMESTAMPTZ_OID, _timestamptz)

    def cursor(self) -> "PipeliningCursor":
        return PipeliningCursor(self)

    def execute_simple(self, statement: str) -> Context:
        if statement == BEGIN:
            self._begins = True
            return Context(statement)
        if self._take_begin():
            super().execute_simple(BEGIN)
        return super().execute_simple(statement)

    def execute_unnamed(
        self, statement: str, vals: Sequence[Any] = (), oids: Sequence[int] = (), stream: Any = None
    ) -> Context:
        if stream is not None:
            raise NotImplementedError("COPY is not used here")
        if self._take_begin():
            self._send(BEGIN, (), ())
        self._send(statement, make_params(self.py_types, vals), oids)
        if self._sock is None:
            raise InterfaceError("connection is closed")
        _write(self._sock, SYNC_MSG)
        _flush(self._sock)
        context = Context(statement)
        self.handle_messages(context)
        return context

    def handle_messages(self, context: Context) -> None:
        try:
            super().handle_messages(context)
        except OSError as error:
            # A time-out must look like any lost connection, or the pool would keep it.
            raise InterfaceError("network error") from error

    def commit(self) -> None:
        self._begins = False
        super().commit()

    def rollback(self) -> None:
        self._begins = False
        super().rollback()

    def _take_begin(self) -> bool:
        begins, self._begins = self._begins, False
        return begins

    def _send(self, statement: str, params: Sequence[str | None], oids: Sequence[int]) -> None:
        encoded = statement.encode(self._client_encoding)
        parse = bytearray(NULL_BYTE + encoded + NULL_BYTE + len(oids).to_bytes(2, "big"))
        for oid in oids:
            parse += (0 if oid == -1 else oid).to_bytes(4, "big")
        bind = bytearray(NULL_BYTE + NULL_BYTE + bytes(2) + len(params).to_bytes(2, "big"))
        for value in params:
            data = None if value is None else value.encode(self._client_encoding)
            bind += (-1 if data is None else len(data)).to_bytes(4, "big", signed=True) + (data or b"")
        self._send_message(PARSE, parse)
        self._send_message(BIND, bind + bytes(2))
        self._send_message(DESCRIBE, PORTAL + NULL_BYTE)
        _write(self._sock, EXECUTE_MSG)


class PipeliningCursor(Cursor):  # type: ignore[misc]
    """Remembers a statement's numbered placeholders, which pg8000 looks for letter by letter every time (0.2 ms)."""

    _input_oids: Sequence[int]

    def execute(self, operation: str, args: Sequence[Any] = (), stream: Any = None) -> Self:
        if not args or stream is not None:
            super().execute(operation, args, stream)
            return self
        if not self._c._in_transaction and not self._c.autocommit:
            self._c.execute_simple(BEGIN)
        try:
            self._context = self._c.execute_unnamed(_numbered(operation), args, self._input_oids)
        except DatabaseError as error:
            raise _classified(error) from error
        self._row_iter = iter(self._context.rows or ())
        self._input_oids = ()
        return self


@lru_cache(maxsize=1024)
def _numbered(operation: str) -> str:
    statement, _ = convert_paramstyle("format", operation, ())
    return str(statement)


def _classified(error: DatabaseError) -> Exception:
    """As pg8000 does it: only a unique violation is an `IntegrityError`."""
    detail = error.args[0]
    code = detail.get("C") if isinstance(detail, dict) else None
    kind = {"28000": InterfaceError, "23505": IntegrityError}.get(str(code), ProgrammingError)
    raised: Exception = kind(detail)
    return raised


def _timestamptz(text: str) -> Any:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text  # infinity, or a year that Python's datetime does not have
