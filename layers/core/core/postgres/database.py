"""PostgreSQL through pg8000: one pooled connection per Lambda process, opened on first use."""

import time
from collections.abc import Mapping
from typing import Any

from pg8000.exceptions import Error as DriverError
from pg8000.exceptions import InterfaceError
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError

from core.aws.errors import CredentialsError
from core.postgres.pipelining import PipeliningConnection, PipeliningCursor
from core.postgres.sign_in import DatabaseSettings, SignIn

SOCKET_SECONDS = 15
PING_AFTER_SECONDS = 1.0

# For a write that only a bug can make fail and whose answer is not needed: it is sent with the next statement that is
# waited for, or with the commit, which then raises its error.
DEFERRED: Mapping[str, Any] = {"deferred": True}
# For a read that comes again, with the same SQL, later in the transaction: it is sent like a deferred statement, so the
# answer is there when it is needed.
FORESEEN: Mapping[str, Any] = {"foreseen": True}
# For a read that may be the only statement of a transaction: then no BEGIN and COMMIT are sent.
ALONE: Mapping[str, Any] = {"alone": True}

EXCLUSION_VIOLATION = "23P01"
UNIQUE_VIOLATION = "23505"
FOREIGN_KEY_VIOLATION = "23503"
LOCK_NOT_AVAILABLE = "55P03"
DEADLOCK_DETECTED = "40P01"


def create_database(settings: DatabaseSettings, socket_seconds: float | None = SOCKET_SECONDS) -> Engine:
    """The engine for a service's own role; it connects on first use. `socket_seconds` is how long an answer may take:
    None waits for ever, but never for a connection."""
    way_in = SignIn(settings, SOCKET_SECONDS if socket_seconds is None else socket_seconds)
    url = make_url(settings.database_url).set(drivername="postgresql+pg8000")
    # A Lambda process serves one invocation at a time, so it never needs a second connection.
    # Parameters of statements must not be logged.
    engine = create_engine(url, pool_size=1, max_overflow=0, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, _args: Any, _given: Any) -> PipeliningConnection:
        try:
            made = PipeliningConnection(**way_in.arguments())
        except TimeoutError as error:
            # Before TLS stands the driver lets it through as it is; a database that wakes up is this silent.
            raise InterfaceError("the database did not answer in time") from error
        except CredentialsError as error:
            raise InterfaceError(f"nobody can sign in to the database: {error}") from error
        if socket_seconds is None:
            made.wait_for_ever()
        return made

    event.listen(engine, "do_execute", _execute)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _require_alive)
    return engine


def driver(connection: Connection) -> PipeliningConnection:
    """The driver's own connection."""
    made = connection.connection.dbapi_connection
    if not isinstance(made, PipeliningConnection):
        raise TypeError(f"{type(made).__name__} was not made by create_database")
    return made


def _execute(cursor: PipeliningCursor, statement: str, values: Any, context: Any) -> bool:
    """Runs each of SQLAlchemy's statements as its execution options say."""
    options = context.execution_options
    if "deferred" in options or "foreseen" in options:
        cursor.defer(statement, values, foresee="foreseen" in options)
    else:
        cursor.execute(statement, values, begin="alone" not in options)
    return True


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _require_alive(connection: Any, record: Any, _proxy: Any) -> None:
    """Ping a connection that was idle: a frozen process may wake up with a dead one."""
    if connection.lost:
        raise DisconnectionError
    if time.monotonic() - record.info.get("used_at", time.monotonic()) < PING_AFTER_SECONDS:
        return
    try:
        connection.cursor().execute(";")
        connection.rollback()
    except (DriverError, OSError) as error:
        raise DisconnectionError from error


def sqlstate(error: DBAPIError) -> str:
    """PostgreSQL's five-character code. pg8000 maps only 23505 to `IntegrityError`, so the exception type is not
    enough."""
    return _detail(error, "C")


def constraint(error: DBAPIError) -> str:
    """The name of the violated constraint, or an empty string."""
    return _detail(error, "n")


def _detail(error: DBAPIError, key: str) -> str:
    first = error.orig.args[0] if error.orig and error.orig.args else None
    return str(first.get(key, "")) if isinstance(first, dict) else ""
