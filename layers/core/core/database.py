"""PostgreSQL through pg8000: one pooled connection per Lambda process, opened on first use."""

import ssl
import time
from collections.abc import Mapping
from typing import Any, Literal, Protocol

from pg8000.exceptions import Error as DriverError
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, DisconnectionError

from core.aws import aws_client
from core.pipelining import PipeliningConnection, PipeliningCursor

SOCKET_SECONDS = 15
PING_AFTER_SECONDS = 1.0
SERVER_OPTIONS = (
    "-c statement_timeout=10s -c lock_timeout=3s -c idle_in_transaction_session_timeout=60s -c timezone=UTC"
)

# For a write whose refusal would be a fault of ours, and whose answer nobody reads: it travels with the next statement
# that is waited for, or with the commit, which then raises its error.
DEFERRED: Mapping[str, Any] = {"deferred": True}
# For a read that is asked again, in the same words, later in the transaction: it travels like a deferred statement, and
# when it is asked the answer is there.
FORESEEN: Mapping[str, Any] = {"foreseen": True}
# For a plain read that may be all a transaction does: then it needs none.
ALONE: Mapping[str, Any] = {"alone": True}

EXCLUSION_VIOLATION = "23P01"
UNIQUE_VIOLATION = "23505"
FOREIGN_KEY_VIOLATION = "23503"
LOCK_NOT_AVAILABLE = "55P03"
DEADLOCK_DETECTED = "40P01"


class DatabaseSettings(Protocol):
    """What the connection needs of the settings."""

    @property
    def service(self) -> str: ...
    @property
    def database_url(self) -> str: ...
    @property
    def database_iam_auth(self) -> bool: ...


def create_database(settings: DatabaseSettings, socket_seconds: float | None = SOCKET_SECONDS) -> Engine:
    """The engine for a service's own role; nothing connects yet. `socket_seconds` is how long an answer may take."""
    given_url = make_url(settings.database_url).set(drivername="postgresql+pg8000")
    # A token must not travel in the clear, even if the URL forgets to say so.
    url, tls = _without_tls(given_url, default="verify-full" if settings.database_iam_auth else "disable")
    # A Lambda process serves one invocation at a time and so never needs a second connection.
    # What a statement was given is for nobody's log.
    engine = create_engine(url, pool_size=1, max_overflow=0, hide_parameters=True)
    parameters = {
        # Left unset, pg8000 builds an unverified TLS context on every connect (28 ms).
        "ssl_context": tls,
        "timeout": socket_seconds,
        "application_name": f"cyclorama-{settings.service}",
        "startup_params": {"options": SERVER_OPTIONS},
    }

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, _args: Any, given: dict[str, Any]) -> PipeliningConnection:
        # An IAM token lives 15 minutes, so each new connection gets its own.
        own = {"password": _iam_token(url)} if settings.database_iam_auth else {}
        return PipeliningConnection(**given, **parameters, **own)

    event.listen(engine, "do_execute", _execute)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _require_alive)
    return engine


def _without_tls(url: URL, default: str) -> tuple[URL, ssl.SSLContext | Literal[False]]:
    """libpq's `sslmode` and `sslrootcert`, which pg8000 does not know, as the context they stand for."""
    mode = url.query.get("sslmode", default)
    authorities = url.query.get("sslrootcert")
    plain = url.difference_update_query(("sslmode", "sslrootcert"))
    if mode == "disable":
        return plain, False
    if mode != "verify-full":
        raise ValueError(f"sslmode must be disable or verify-full, not {mode}: anything between can be intercepted")
    return plain, ssl.create_default_context(cafile=str(authorities) if authorities else None)


def _iam_token(url: URL) -> Any:
    return aws_client("rds").generate_db_auth_token(url.host, url.port or 5432, url.username)


def driver(connection: Connection) -> PipeliningConnection:
    """The driver's own connection, for what only it can do."""
    made = connection.connection.dbapi_connection
    if not isinstance(made, PipeliningConnection):
        raise TypeError(f"{type(made).__name__} was not made by create_database")
    return made


def _execute(cursor: PipeliningCursor, statement: str, values: Any, context: Any) -> bool:
    """Every statement of SQLAlchemy's, as its execution options ask."""
    options = context.execution_options
    if "deferred" in options or "foreseen" in options:
        cursor.defer(statement, values, foresee="foreseen" in options)
    else:
        cursor.execute(statement, values, begin="alone" not in options)
    return True


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _require_alive(connection: Any, record: Any, _proxy: Any) -> None:
    """Ping only a connection that has rested: a frozen process may wake up with a dead one."""
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
    """PostgreSQL's five-character code; pg8000 maps only 23505 to `IntegrityError`, so types do not tell."""
    return _detail(error, "C")


def constraint(error: DBAPIError) -> str:
    """The name of the constraint that refused, or an empty string."""
    return _detail(error, "n")


def _detail(error: DBAPIError, key: str) -> str:
    first = error.orig.args[0] if error.orig and error.orig.args else None
    return str(first.get(key, "")) if isinstance(first, dict) else ""
