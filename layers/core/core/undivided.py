"""PostgreSQL's answers are read completely or the connection is closed; else the next query would get the rest."""

from typing import Protocol

from pg8000.exceptions import Error as DriverError
from pg8000.legacy import InterfaceError, ProgrammingError


class UnreadableAnswerError(ProgrammingError):  # type: ignore[misc]
    """Python cannot represent a value, so the rest of the answer was not read."""


class Breakable(Protocol):
    """A connection that can be closed at once, so that the server rolls back the transaction."""

    def break_off(self) -> None: ...


class Undivided:
    """Closes the connection if anything inside is interrupted: a value that cannot be converted, a time-out, a
    signal."""

    def __init__(self, connection: Breakable) -> None:
        self._connection = connection

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            return
        self._connection.break_off()
        if isinstance(error, OSError):
            raise InterfaceError("network error") from error
        if isinstance(error, Exception) and not isinstance(error, DriverError):
            # SQLAlchemy recognises a closed connection by these words. They do not contain the value.
            raise UnreadableAnswerError(
                f"connection is closed: a value is unreadable ({type(error).__name__})"
            ) from None
