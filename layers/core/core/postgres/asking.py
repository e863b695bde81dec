"""Single questions to the database, for functions that must start fast: one connection, without SQLAlchemy."""

from contextlib import suppress
from typing import Any

from core.postgres.sign_in import DatabaseSettings, SignIn

SOCKET_SECONDS = 5


class Asking:
    """Holds one connection, opened on first use and anew where it was lost; a statement is prepared once on it."""

    def __init__(self, settings: DatabaseSettings) -> None:
        self._sign_in = SignIn(settings, SOCKET_SECONDS)
        self._connection: Any = None
        self._statements: dict[str, Any] = {}

    def rows(self, statement: str, **values: object) -> list[Any]:
        """What a statement answers, in a transaction of its own. It may be run again where the connection was lost.

        The driver's own errors where the database does not answer."""
        # Lambda freezes processes, and the connection of one that wakes up may be gone.
        from pg8000.exceptions import InterfaceError

        held = self._connection is not None
        try:
            return self._ask(statement, values)
        except (InterfaceError, OSError):
            self.close()
            if not held:
                raise
            return self._ask(statement, values)

    def close(self) -> None:
        """Leave the database; the next question opens a connection anew."""
        connection, self._connection, self._statements = self._connection, None, {}
        if connection:
            with suppress(Exception):
                connection.close()

    def _ask(self, statement: str, values: dict[str, object]) -> list[Any]:
        if self._connection is None:
            self._connection = self._connect()
        if statement not in self._statements:
            self._statements[statement] = self._connection.prepare(statement)
        return list(self._statements[statement].run(**values) or ())

    def _connect(self) -> Any:
        # Services' tokens need no database, and the driver is no part of their cold start.
        from pg8000.native import Connection

        return Connection(**self._sign_in.arguments())
