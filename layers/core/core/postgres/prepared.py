"""The prepared statements of one connection: the least recently used is closed to make room."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from pg8000.core import Context

CAPACITY = 200
Key = tuple[str, Sequence[int]]


@dataclass(eq=False)
class Prepared:
    """One prepared statement: its name on the server, and the description of its rows once known."""

    name: bytes
    described: bool = False
    columns: list[dict[str, Any]] | None = None
    readers: list[Callable[[str], Any]] = field(default_factory=list)

    def learn(self, context: Context) -> None:
        """Store the row description of an answer, so that it is not asked for again."""
        self.described = True
        self.columns = context.columns
        self.readers = context.input_funcs

    def answer(self, statement: str) -> Context:
        """The object for the answer to one execution."""
        if self.columns is None:
            return Context(statement)
        return Context(statement, columns=self.columns, input_funcs=self.readers)


class PreparedStatements:
    """By SQL and parameter types. Names are never reused, so a closed one cannot be mistaken for another."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._known: OrderedDict[Key, Prepared] = OrderedDict()
        self._numbers = count(1)

    def find(self, key: Key) -> Prepared | None:
        """The statement, if it is prepared."""
        if found := self._known.get(key):
            self._known.move_to_end(key)
        return found

    def add(self, key: Key) -> tuple[Prepared, Prepared | None]:
        """A new statement to prepare, and the one to close for it, if any."""
        closing = self._known.popitem(last=False)[1] if len(self._known) >= self._capacity else None
        added = self._known[key] = Prepared(b"c%d" % next(self._numbers))
        return added, closing

    def forget(self, key: Key) -> None:
        """The server did not parse it."""
        self._known.pop(key, None)

    def clear(self) -> None:
        """Forget all, so that everything is prepared again."""
        self._known.clear()
