"""Which PostgreSQL errors may be retried (deadlock, serialization failure), and how often.

Also the errors for a database that is busy, slow or unavailable."""

import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

from pg8000.exceptions import DatabaseError, InterfaceError
from sqlalchemy.exc import DBAPIError

from core.observability import count, logger
from core.postgres.database import DEADLOCK_DETECTED, LOCK_NOT_AVAILABLE
from shared_schemas.errors import Text, UnavailableError

T = TypeVar("T")

SERIALIZATION_FAILURE = "40001"
QUERY_CANCELED = "57014"

# The transaction was ended in favour of another: running it again is enough.
ROLLED_BACK = {DEADLOCK_DETECTED, SERIALIZATION_FAILURE}
# The lock time-out: waiting again at once would keep the caller for as long again.
WAITED_IN_VAIN = {LOCK_NOT_AVAILABLE, QUERY_CANCELED}

# The server is shutting down, has crashed, or does not accept connections yet.
GOING_OR_COMING = {"57P01", "57P02", "57P03"}
# Class 53: it has no connection left (53300), no memory, no room on its disk. Class 08: what stands before it has no
# connection for us. Nothing was done, and later there may be.
NO_ROOM = ("53", "08")

ATTEMPTS = 3
LONGEST_PAUSE_SECONDS = 0.05

_committed: ContextVar[bool] = ContextVar("committed", default=False)


class BusyError(UnavailableError):
    """Too many transactions want the same rows at this moment."""

    code = "busy"
    text = Text(
        "Others are changing the same data right now; try again in a moment",
        "Эти данные сейчас меняют другие; повторите через мгновение",
    )
    retry_after = 1


class OvertakenError(BusyError):
    """Data that a use case had read was changed before it had its locks: when run again, it sees the change."""


class TooSlowError(UnavailableError):
    """A statement timed out although nothing blocked it, so a retry would take as long."""

    code = "too_slow"
    text = Text(
        "The request covers too much data; ask for less, such as a shorter period",
        "Данных слишком много для одного ответа; запросите меньше, например более короткий период",
    )
    retry_after = 60


def note_commit() -> None:
    """A part of the operation is committed, so running it again from the start would do that part twice."""
    _committed.set(True)


def retried(operation: Callable[[], T], pause: Callable[[float], None] = time.sleep) -> T:
    """Run a use case, and again if PostgreSQL ended its transaction because of a deadlock or a serialization
    failure, or
    if it was overtaken.

    Raises `BusyError` after three attempts, for a lock time-out, and if a part of the operation is committed already:
    then only the caller knows how to go on. `TooSlowError` for a statement time-out. `UnavailableError` if the database
    is down or going down: whether a commit in progress succeeded is not known; an idempotency key finds out."""
    attempt = 1
    while True:
        _committed.set(False)
        try:
            return operation()
        except OvertakenError:
            state = "overtaken"
            if attempt == ATTEMPTS or _committed.get():
                raise
        except (DBAPIError, DatabaseError, InterfaceError, ConnectionError) as error:
            state = _state(error)
            if _is_lost(error) or state.startswith(NO_ROOM):
                logger.error("The database does not answer", error=str(error), sqlstate=state)
                raise UnavailableError from error
            if state not in ROLLED_BACK | WAITED_IN_VAIN:
                raise
            if state == QUERY_CANCELED:
                logger.error("A statement took too long", sqlstate=state)
                raise TooSlowError from error
            if state in WAITED_IN_VAIN or attempt == ATTEMPTS or _committed.get():
                logger.warning("PostgreSQL gave up for others", sqlstate=state, attempt=attempt)
                raise BusyError from error
        count("TransactionsRetried", sqlstate=state)
        # Jitter: transactions that collided once must not retry in step.
        pause(random.uniform(0, LONGEST_PAUSE_SECONDS * attempt))  # noqa: S311
        attempt += 1


def _is_lost(error: Exception) -> bool:
    """Whether the connection was lost or could not be made. While connecting, socket errors come unwrapped."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(original, InterfaceError | ConnectionError) or _state(error) in GOING_OR_COMING


def _state(error: Exception) -> str:
    """PostgreSQL's code of an error, wrapped by SQLAlchemy or straight from the driver."""
    original = error.orig if isinstance(error, DBAPIError) else error
    first = original.args[0] if original and original.args else None
    return str(first.get("C", "")) if isinstance(first, dict) else ""
