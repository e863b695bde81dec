"""A pg8000 connection that pipelines statements and parses each of them once.

pg8000 sends Parse, Describe, Bind and Execute one after the other, waits for each of them every time, and waits for
BEGIN and COMMIT too. The extended query protocol allows any number of statements in one round trip, and the server
remembers those that it has parsed. This uses pg8000's internals, so its version is pinned.
"""

import socket
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Self

from pg8000 import core
from pg8000.converters import make_params
from pg8000.core import Context, _flush, _read, _write, ci_unpack
from pg8000.dbapi import convert_paramstyle
from pg8000.exceptions import DatabaseError
from pg8000.legacy import Connection, Cursor, InterfaceError, ProgrammingError

from core.observability import logger
from core.postgres import wire
from core.postgres.later import Answer, ForeseenReads
from core.postgres.prepared import Key, Prepared, PreparedStatements
from core.undivided import Undivided

BEGIN, COMMIT, ROLLBACK = "begin transaction", "commit", "rollback"
TIMESTAMPTZ_OID = 1184
# The prepared statement is gone, or its columns changed, for example after a migration.
STALE = {"26000", "0A000"}


@dataclass(eq=False)
class Step:
    """A statement that was sent, and its answer."""

    key: Key
    prepared: Prepared
    context: Context
    parsed: bool


@dataclass(frozen=True)
class Flight:
    """Statements sent together; nobody waits for those that were `posted`."""

    steps: list[Step]
    posted: bool = False


class PipeliningConnection(Connection):  # type: ignore[misc]
    """One round trip per statement whose answer is needed; BEGIN, deferred statements and COMMIT are sent with it."""

    _sock: Any
    _usock: Any

    def __init__(self, **parameters: Any) -> None:
        self._statements = PreparedStatements()
        self._outgoing = bytearray()
        self._steps: list[Step] = []
        self._flights: deque[Flight] = deque()
        self._foreseen = ForeseenReads()
        super().__init__(**parameters)
        # Nagle's algorithm would delay small writes (40 ms).
        self._usock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.register_in_adapter(TIMESTAMPTZ_OID, _timestamptz)

    def wait_for_ever(self) -> None:
        """From now on an answer may take as long as it likes."""
        self._usock.settimeout(None)

    @property
    def lost(self) -> bool:
        """Whether the connection is closed or was cut off in the middle of an answer."""
        return self._sock is None

    def cursor(self) -> "PipeliningCursor":
        return PipeliningCursor(self)

    def ask(self, statement: str, values: Sequence[Any] = (), oids: Sequence[int] = (), begin: bool = True) -> Context:
        """Run a statement, together with the deferred ones, and return its answer.

        Without `begin` it does not open a transaction if there is none."""
        step = self._add(statement, values, oids, begin)
        self._depart()
        self._arrive()
        return step.context

    def defer(self, statement: str, values: Sequence[Any] = (), oids: Sequence[int] = ()) -> Answer:
        """Send a statement with the next one that is waited for, or with COMMIT, which then raises its error."""
        return Answer(self._add(statement, values, oids, begin=True).context, self._settle)

    def post(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Run a statement in a transaction of its own and do not wait; an error is logged when it is read."""
        if self._steps or self._in_transaction:
            raise ProgrammingError("only what stands outside a transaction can be posted")
        self._add(statement, values, (), begin=False)
        self._depart(posted=True)

    def foresee(self, statement: str, values: Sequence[Any], oids: Sequence[int] = ()) -> None:
        """Send a read ahead that this transaction will need, so that its answer is there by then."""
        self._foreseen.add(statement, values, self._add(statement, values, oids, begin=True).context)

    def foreseen(self, statement: str, values: Sequence[Any]) -> Context | None:
        """The answer to a foreseen read, once; None for any other."""
        if context := self._foreseen.take(statement, values):
            self._settle()
        return context

    def execute_simple(self, statement: str) -> Context:
        """For several statements in one text, which cannot be prepared."""
        self._settle()
        return super().execute_simple(statement)

    def execute_unnamed(
        self, statement: str, vals: Sequence[Any] = (), oids: Sequence[int] = (), stream: Any = None
    ) -> Context:
        if stream is not None:
            raise NotImplementedError("COPY is not used here")
        return self.ask(statement, vals, oids, begin=False)

    def handle_messages(self, context: Context) -> None:
        with Undivided(self):
            # Not the parent's: an error is a complete answer, and no reason to close the connection.
            self._read_answer(context)
        if context.error:
            raise context.error

    def handle_ERROR_RESPONSE(self, data: bytes, context: Context) -> None:  # noqa: N802 - pg8000's name
        super().handle_ERROR_RESPONSE(data, context)
        context.error = DatabaseError(wire.without_values(context.error.args[0]))

    def break_off(self) -> None:
        """Close the connection at once, without a message to the server, which then rolls back the transaction."""
        self._steps, self._outgoing = [], bytearray()
        self._flights.clear()
        self._foreseen.clear()
        ends = [self._sock, self._usock]
        self._sock = self._usock = None
        for end in filter(None, ends):
            with suppress(OSError, ValueError):
                end.close()

    def close(self) -> None:
        if not self.lost:
            super().close()

    def commit(self) -> None:
        self._foreseen.end()
        if self.lost:
            raise InterfaceError("connection is closed")
        if self._steps or self._in_transaction:
            try:
                self.ask(COMMIT, begin=False)
            except DatabaseError as error:
                # The server never reached the COMMIT, and SQLAlchemy takes a failed one for the end of the transaction.
                self.rollback()
                raise wire.classified(error) from error

    def rollback(self) -> None:
        self._foreseen.clear()
        self._discard()
        if self._in_transaction and not self.lost:
            self.ask(ROLLBACK, begin=False)

    def _add(self, statement: str, values: Sequence[Any], oids: Sequence[int], begin: bool) -> Step:
        # This comes first: a value that cannot be encoded must leave no half-written message.
        params = wire.encoded(make_params(self.py_types, values), self._client_encoding)
        if begin and not (self._steps or self._in_transaction or self.autocommit):
            self._compose(BEGIN, (), ())
        return self._compose(statement, params, tuple(oids))

    def _compose(self, statement: str, params: Sequence[bytes | None], oids: Sequence[int]) -> Step:
        key = (statement, oids)
        known = self._statements.find(key)
        prepared = known or self._parse(key)
        step = Step(key, prepared, prepared.answer(statement), parsed=known is not None)
        self._outgoing += wire.bind(prepared.name, params)
        if not prepared.described:
            self._outgoing += wire.DESCRIBE_PORTAL
        self._outgoing += core.EXECUTE_MSG
        self._steps.append(step)
        return step

    def _parse(self, key: Key) -> Prepared:
        prepared, closing = self._statements.add(key)
        if closing:
            self._outgoing += wire.close(closing.name)
        self._outgoing += wire.parse(prepared.name, *key, self._client_encoding)
        return prepared

    def _settle(self) -> None:
        """Send all composed messages and read the answers."""
        if self._steps:
            self._depart()
        self._arrive()

    def _depart(self, posted: bool = False) -> None:
        """Send all composed messages."""
        if self._sock is None:
            raise InterfaceError("connection is closed")
        self._flights.append(Flight(self._steps, posted))
        self._steps, outgoing, self._outgoing = [], self._outgoing, bytearray()
        with Undivided(self):
            _write(self._sock, outgoing + core.SYNC_MSG)
            _flush(self._sock)

    def _discard(self) -> None:
        """Discard messages that were composed and not sent."""
        for step in self._steps:
            if not step.parsed:
                self._statements.forget(step.key)
        self._steps, self._outgoing = [], bytearray()

    def _arrive(self) -> None:
        """Read all pending answers; raises the error of the flight that was waited for."""
        while self._flights:
            flight = self._flights.popleft()
            error = self._read_answers(flight.steps)
            if error and not flight.posted:
                raise error
            if error:
                # The whole error may contain the row itself, which must not be logged.
                logger.error("A statement that nobody waited for was refused", sqlstate=wire.code(error))

    def _read_answers(self, steps: Sequence[Step]) -> DatabaseError | None:
        """Read up to the server's ReadyForQuery. After an error it has skipped all the rest."""
        remaining = iter(steps)
        step = next(remaining)
        code = b""
        with Undivided(self):
            while code != core.READY_FOR_QUERY:
                code, length = ci_unpack(_read(self._sock, 5))
                self.message_types[code](_read(self._sock, length - 4), step.context)
                if code == core.PARSE_COMPLETE:
                    step.parsed = True
                elif code in (core.ROW_DESCRIPTION, core.NO_DATA):
                    step.prepared.learn(step.context)
                elif code in (core.COMMAND_COMPLETE, core.EMPTY_QUERY_RESPONSE) and not step.context.error:
                    step = next(remaining, step)
        return self._failure(steps)

    def _read_answer(self, context: Context) -> None:
        code = b""
        while code != core.READY_FOR_QUERY:
            code, length = ci_unpack(_read(self._sock, 5))
            self.message_types[code](_read(self._sock, length - 4), context)

    def _failure(self, steps: Sequence[Step]) -> DatabaseError | None:
        error: DatabaseError | None = next((step.context.error for step in steps if step.context.error), None)
        if error:
            for step in steps:
                if not step.parsed:
                    self._statements.forget(step.key)
            if wire.code(error) in STALE:
                self._statements.clear()
        return error


class PipeliningCursor(Cursor):  # type: ignore[misc]
    """Caches a statement with numbered placeholders; pg8000 searches for them every time (0.2 ms)."""

    _input_oids: Sequence[int]

    def execute(self, operation: str, args: Sequence[Any] = (), stream: Any = None, begin: bool = True) -> Self:
        if stream is not None or (not args and ";" in operation):
            super().execute(operation, args, stream)
            return self
        statement = numbered(operation) if args else operation
        try:
            foreseen = self._c.foreseen(statement, args)
            self._context = foreseen or self._c.ask(statement, args, self._input_oids, begin)
        except DatabaseError as error:
            raise wire.classified(error) from error
        self._row_iter = iter(self._context.rows or ())
        self._input_oids = ()
        return self

    def defer(self, operation: str, args: Sequence[Any], foresee: bool = False) -> None:
        """See `PipeliningConnection.defer` and `foresee`; the cursor itself has no answer to show."""
        later = self._c.foresee if foresee else self._c.defer
        later(numbered(operation) if args else operation, args, self._input_oids)
        self._context = None
        self._input_oids = ()


@lru_cache(maxsize=1024)
def numbered(operation: str) -> str:
    """The statement with `%s` as `$1`, `$2` …"""
    statement, _ = convert_paramstyle("format", operation, ())
    return str(statement)


def _timestamptz(text: str) -> Any:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text  # infinity, or a year outside Python's datetime
