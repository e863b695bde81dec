"""What PostgreSQL gave up for the sake of others may be asked again: which refusals those are, and how often.

And what is told of a PostgreSQL that is not there."""

import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import TypeVar

from pg8000.exceptions import DatabaseError, InterfaceError
from sqlalchemy.exc import DBAPIError

from core.database import DEADLOCK_DETECTED, LOCK_NOT_AVAILABLE
from core.observability import count, logger
from shared_schemas.errors import Text, UnavailableError

T = TypeVar("T")

SERIALIZATION_FAILURE = "40001"
QUERY_CANCELED = "57014"

# The transaction was ended in favour of another, so running it anew is all it takes.
ROLLED_BACK = {DEADLOCK_DETECTED, SERIALIZATION_FAILURE}
# It waited as long as anybody may; waiting again at once would keep the caller for as long again.
WAITED_IN_VAIN = {LOCK_NOT_AVAILABLE, QUERY_CANCELED}

# It is being shut down, was ended by a crash, or does not take connections yet.
GOING_OR_COMING = {"57P01", "57P02", "57P03"}

ATTEMPTS = 3
LONGEST_PAUSE_SECONDS = 0.05

_committed: ContextVar[bool] = ContextVar("committed", default=False)


class BusyError(UnavailableError):
    """Too many want the same rows at this moment."""

    code = "busy"
    text = Text(
        "Others are changing the same data right now; try again in a moment",
        "Эти данные сейчас меняют другие; повторите через мгновение",
    )
    retry_after = 1


class OvertakenError(BusyError):
    """What a use case had read was changed by somebody before the use case had its locks: run anew, it sees that."""


class TooSlowError(UnavailableError):
    """An answer took longer than any may: nobody was in the way, so the same again would take as long."""

    code = "too_slow"
    text = Text(
        "There is too much to go through for one answer; ask for less, such as a shorter period",
        "Данных слишком много для одного ответа; запросите меньше, например более короткий период",
    )
    retry_after = 60


def note_commit() -> None:
    """Part of the operation is durable, so running it again from its beginning would do that part twice."""
    _committed.set(True)


def retried(operation: Callable[[], T], pause: Callable[[float], None] = time.sleep) -> T:
    """Run a use case, and again if PostgreSQL ended its transaction by a deadlock or a serialization failure, or if
    it was overtaken.

    Raises `BusyError` after three attempts, for a lock that took too long, and where a part of the operation is
    committed already: then only the caller knows how to go on. `TooSlowError` for a statement that PostgreSQL ended
    after its time. `UnavailableError` where the database is gone or going: whether a commit that was under way arrived
    is not known, and an idempotency key finds out."""
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
            if _is_lost(error):
                logger.error("The database does not answer", error=str(error))
                raise UnavailableError from error
            state = _state(error)
            if state not in ROLLED_BACK | WAITED_IN_VAIN:
                raise
            if state == QUERY_CANCELED:
                logger.error("A statement took too long", sqlstate=state)
                raise TooSlowError from error
            if state in WAITED_IN_VAIN or attempt == ATTEMPTS or _committed.get():
                logger.warning("PostgreSQL gave up for others", sqlstate=state, attempt=attempt)
                raise BusyError from error
        count("TransactionsRetried", sqlstate=state)
        # Those who met once must not meet again in step.
        pause(random.uniform(0, LONGEST_PAUSE_SECONDS * attempt))  # noqa: S311
        attempt += 1


def _is_lost(error: Exception) -> bool:
    """Whether the connection is gone, or could not be made. While it is made, errors of the socket come as they are."""
    original = error.orig if isinstance(error, DBAPIError) else error
    return isinstance(original, InterfaceError | ConnectionError) or _state(error) in GOING_OR_COMING


def _state(error: Exception) -> str:
    """PostgreSQL's code, of an error that SQLAlchemy wrapped or that came straight from the driver."""
    original = error.orig if isinstance(error, DBAPIError) else error
    first = original.args[0] if original and original.args else None
    return str(first.get("C", "")) if isinstance(first, dict) else ""
