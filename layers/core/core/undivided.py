"""An answer of PostgreSQL's is read whole, or the connection ends: whoever asked next would be given the rest of it."""

from typing import Protocol

from pg8000.exceptions import Error as DriverError
from pg8000.legacy import InterfaceError, ProgrammingError


class UnreadableAnswerError(ProgrammingError):  # type: ignore[misc]
    """A value came that Python cannot hold, so the rest of the answer was never read."""


class Breakable(Protocol):
    """A connection that can be ended without a word to the server, which then undoes the transaction."""

    def break_off(self) -> None: ...


class Undivided:
    """Ends the connection on whatever breaks off inside: a value that cannot be converted, a time-out, an interrupt."""

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
            # By these words SQLAlchemy knows a connection that ended. The value itself stays out of them.
            raise UnreadableAnswerError(
                f"connection is closed: a value is unreadable ({type(error).__name__})"
            ) from None
