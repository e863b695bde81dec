"""A connection that counts what it sends, and how often somebody waits for an answer."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from core.postgres import database
from core.postgres.pipelining import PipeliningConnection, Step


@dataclass
class Sent:
    """`statements`, BEGIN and COMMIT among them, went to the server in so many `trips`; nobody waited for a post."""

    statements: list[str] = field(default_factory=list)
    trips: int = 0
    posts: int = 0

    @property
    def counts(self) -> tuple[int, int, int]:
        return len(self.statements), self.trips, self.posts


class Counter:
    """Counts over all connections that are made from now on, in a test that lets nobody else use them meanwhile."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._sent = Sent()
        counter = self

        class CountingConnection(PipeliningConnection):
            def _compose(self, statement: str, params: Sequence[bytes | None], oids: Sequence[int]) -> Step:
                counter._sent.statements.append(" ".join(statement.split()))
                return super()._compose(statement, params, oids)

            def _depart(self, posted: bool = False) -> None:
                counter._sent.posts += posted
                counter._sent.trips += not posted
                super()._depart(posted)

            def execute_simple(self, statement: str) -> Any:
                counter._sent.statements.append(" ".join(statement.split()))
                counter._sent.trips += 1
                return super().execute_simple(statement)

        patch.setattr(database, "PipeliningConnection", CountingConnection)
        # However slow the machine is, no connection rests for so long that it is asked whether it is alive.
        patch.setattr(database, "PING_AFTER_SECONDS", float("inf"))

    @contextmanager
    def counting(self) -> Iterator[Sent]:
        """What is sent meanwhile."""
        self._sent = sent = Sent()
        yield sent
        self._sent = Sent()
