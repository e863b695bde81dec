"""The statements that one connection's server has parsed: the least used is closed to make room."""

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
    """One parsed statement: its name on the server, and what its rows look like once the server has told."""

    name: bytes
    described: bool = False
    columns: list[dict[str, Any]] | None = None
    readers: list[Callable[[str], Any]] = field(default_factory=list)

    def learn(self, context: Context) -> None:
        """Remember the description in an answer, so that it need not be asked for again."""
        self.described = True
        self.columns = context.columns
        self.readers = context.input_funcs

    def answer(self, statement: str) -> Context:
        """Where the answer to one execution goes."""
        if self.columns is None:
            return Context(statement)
        return Context(statement, columns=self.columns, input_funcs=self.readers)


class PreparedStatements:
    """By text and parameter types. Names are never used twice, so a forgotten one cannot be mistaken for another."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._known: OrderedDict[Key, Prepared] = OrderedDict()
        self._numbers = count(1)

    def find(self, key: Key) -> Prepared | None:
        """The statement, if it was prepared."""
        if found := self._known.get(key):
            self._known.move_to_end(key)
        return found

    def add(self, key: Key) -> tuple[Prepared, Prepared | None]:
        """A statement about to be parsed, and the one to close for it, if any."""
        closing = self._known.popitem(last=False)[1] if len(self._known) >= self._capacity else None
        added = self._known[key] = Prepared(b"c%d" % next(self._numbers))
        return added, closing

    def forget(self, key: Key) -> None:
        """The server did not come to parse it."""
        self._known.pop(key, None)

    def clear(self) -> None:
        """Prepare everything anew."""
        self._known.clear()
