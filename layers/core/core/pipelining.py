"""A pg8000 connection on which statements travel together, and are parsed once.

pg8000 sends Parse, Describe, Bind and Execute one after the other and waits for each, every time, and waits for BEGIN
and COMMIT too. The extended query protocol lets any number of statements travel in one go, and the server remember
those it has parsed. This stands on pg8000's internals, so its version is pinned.
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

from core import wire
from core.observability import logger
from core.prepared import Key, Prepared, PreparedStatements
from core.undivided import Undivided

BEGIN, COMMIT, ROLLBACK = "begin transaction", "commit", "rollback"
TIMESTAMPTZ_OID = 1184
# The statement is gone, or its rows changed their shape, as after a migration.
STALE = {"26000", "0A000"}


@dataclass(eq=False)
class Step:
    """One statement on its way, and its answer."""

    key: Key
    prepared: Prepared
    context: Context
    parsed: bool


@dataclass(frozen=True)
class Flight:
    """Statements that travelled together; nobody waits for those that were `posted`."""

    steps: list[Step]
    posted: bool = False


class PipeliningConnection(Connection):  # type: ignore[misc]
    """One round trip per statement whose answer is needed; BEGIN, deferred statements and COMMIT come along."""

    _sock: Any
    _usock: Any

    def __init__(self, **parameters: Any) -> None:
        self._statements = PreparedStatements()
        self._outgoing = bytearray()
        self._steps: list[Step] = []
        self._flights: deque[Flight] = deque()
        self._foreseen: list[tuple[str, Sequence[Any], Context]] = []
        super().__init__(**parameters)
        # Small writes must not wait for the answer to the one before (40 ms).
        self._usock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.register_in_adapter(TIMESTAMPTZ_OID, _timestamptz)

    @property
    def lost(self) -> bool:
        """Whether it came to an end: closed, or broken off in the middle of an answer."""
        return self._sock is None

    def cursor(self) -> "PipeliningCursor":
        return PipeliningCursor(self)

    def ask(self, statement: str, values: Sequence[Any] = (), oids: Sequence[int] = (), begin: bool = True) -> Context:
        """The answer to a statement, which takes along whatever was deferred.

        Without `begin` it does not open a transaction, if there is none."""
        step = self._add(statement, values, oids, begin)
        self._depart()
        self._arrive()
        return step.context

    def defer(self, statement: str, values: Sequence[Any] = (), oids: Sequence[int] = ()) -> Context:
        """Have a statement travel with the next that is waited for, or with COMMIT, which then raises its error.

        The answer is in the context from then on."""
        return self._add(statement, values, oids, begin=True).context

    def post(self, statement: str, values: Sequence[Any] = ()) -> None:
        """Run a statement in a transaction of its own and do not wait; a refusal is logged when it is read."""
        if self._steps or self._in_transaction:
            raise ProgrammingError("only what stands outside a transaction can be posted")
        self._add(statement, values, (), begin=False)
        self._depart(posted=True)

    def foresee(self, statement: str, values: Sequence[Any], oids: Sequence[int] = ()) -> None:
        """Defer a read that is going to be asked in this transaction, so that its answer is there by then."""
        self._foreseen.append((statement, values, self.defer(statement, values, oids)))

    def foreseen(self, statement: str, values: Sequence[Any]) -> Context | None:
        """The answer to what was foreseen, once; None for anything else."""
        for place, (known, its_values, context) in enumerate(self._foreseen):
            if known == statement and its_values == values:
                del self._foreseen[place]
                if self._steps:
                    self._depart()
                self._arrive()
                return context
        return None

    def execute_simple(self, statement: str) -> Context:
        """For several statements in one text, which cannot be parsed ahead."""
        if self._steps:
            self._depart()
        self._arrive()
        return super().execute_simple(statement)

    def execute_unnamed(
        self, statement: str, vals: Sequence[Any] = (), oids: Sequence[int] = (), stream: Any = None
    ) -> Context:
        if stream is not None:
            raise NotImplementedError("COPY is not used here")
        return self.ask(statement, vals, oids, begin=False)

    def handle_messages(self, context: Context) -> None:
        with Undivided(self):
            # Not the parent's: a refusal is a whole answer, and no reason to end the connection.
            self._read_answer(context)
        if context.error:
            raise context.error

    def handle_ERROR_RESPONSE(self, data: bytes, context: Context) -> None:  # noqa: N802 - pg8000's name
        super().handle_ERROR_RESPONSE(data, context)
        context.error = DatabaseError(wire.without_values(context.error.args[0]))

    def break_off(self) -> None:
        """End the connection where it stands, without a word to the server, which then undoes the transaction."""
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
        self._foreseen.clear()
        if self.lost:
            raise InterfaceError("connection is closed")
        if self._steps or self._in_transaction:
            try:
                self.ask(COMMIT, begin=False)
            except DatabaseError as error:
                # The server never came to the COMMIT, and SQLAlchemy takes any that failed for the end of it all.
                self.rollback()
                raise wire.classified(error) from error

    def rollback(self) -> None:
        self._foreseen.clear()
        self._discard()
        if self._in_transaction and not self.lost:
            self.ask(ROLLBACK, begin=False)

    def _add(self, statement: str, values: Sequence[Any], oids: Sequence[int], begin: bool) -> Step:
        # First of all, as what cannot be written must leave nothing half composed behind.
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

    def _depart(self, posted: bool = False) -> None:
        """Send what was composed."""
        if self._sock is None:
            raise InterfaceError("connection is closed")
        self._flights.append(Flight(self._steps, posted))
        self._steps, outgoing, self._outgoing = [], self._outgoing, bytearray()
        with Undivided(self):
            _write(self._sock, outgoing + core.SYNC_MSG)
            _flush(self._sock)

    def _discard(self) -> None:
        """Forget what was composed and never sent."""
        for step in self._steps:
            if not step.parsed:
                self._statements.forget(step.key)
        self._steps, self._outgoing = [], bytearray()

    def _arrive(self) -> None:
        """Read every answer that is on its way; raises the error of the flight that was waited for."""
        while self._flights:
            flight = self._flights.popleft()
            error = self._read_answers(flight.steps)
            if error and not flight.posted:
                raise error
            if error:
                # The whole answer may hold the row itself, which is nothing for a log.
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
    """Remembers a statement's numbered placeholders, which pg8000 looks for letter by letter every time (0.2 ms)."""

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
        return text  # infinity, or a year that Python's datetime does not have
