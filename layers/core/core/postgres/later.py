"""Pending answers: of deferred statements and of foreseen reads."""

from collections.abc import Callable, Sequence
from typing import Any

from pg8000.core import Context
from pg8000.exceptions import DatabaseError
from pg8000.legacy import InterfaceError

from core.observability import logger
from core.postgres import wire


class Answer:
    """The answer to a deferred statement. Reading it sends the statement if necessary, and waits."""

    def __init__(self, context: Context, settle: Callable[[], None]) -> None:
        self._context = context
        self._settle = settle

    @property
    def rows(self) -> list[Sequence[Any]]:
        """Raises the statement's error; `InterfaceError` if its transaction ended before it was sent."""
        try:
            self._settle()
        except DatabaseError as error:
            raise wire.classified(error) from error
        if self._context.error or self._context.row_count < 0:
            raise InterfaceError("the transaction ended without an answer to this statement")
        rows: list[Sequence[Any]] = self._context.rows
        return rows

    @property
    def value(self) -> Any:
        """The first column of the first row."""
        return self.rows[0][0]


class ForeseenReads:
    """Reads sent ahead. Each answers one later read with the same SQL and values."""

    def __init__(self) -> None:
        self._reads: list[tuple[str, Sequence[Any], Context]] = []

    def add(self, statement: str, values: Sequence[Any], context: Context) -> None:
        """A read was sent ahead."""
        self._reads.append((statement, values, context))

    def take(self, statement: str, values: Sequence[Any]) -> Context | None:
        """The pending answer of a read; None if it was not foreseen."""
        for place, (known, its_values, context) in enumerate(self._reads):
            if known == statement and its_values == values:
                del self._reads[place]
                return context
        return None

    def end(self) -> None:
        """At the commit: a read that was foreseen but not used was sent in vain, so SQL or values differ somewhere."""
        left = [statement for statement, _, _ in self._reads]
        self.clear()
        if left:
            self.report(left)

    def report(self, statements: Sequence[str]) -> None:
        """Tests fail on it; here it only costs time."""
        logger.warning("Reads were foreseen that nobody asked for", statements=statements)

    def clear(self) -> None:
        """The transaction is rolled back."""
        self._reads.clear()
