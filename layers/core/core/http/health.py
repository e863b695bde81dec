"""A service's own health check."""

from pg8000.exceptions import Error as DriverError
from sqlalchemy import Engine
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from core.events.outbox import Outbox
from core.observability import logger
from shared_schemas.common import Health
from shared_schemas.errors import Text, UnavailableError

MAX_LAG_SECONDS = 300


class DegradedError(UnavailableError):
    """Something that the service needs does not work; `checks` says which."""

    code = "degraded"
    text = Text("A part of the service is not working", "Сервис работает не полностью")


def check_health(engine: Engine, outbox: Outbox | None = None) -> Health:
    """Check the database and the age of the oldest unpublished event; `DegradedError` if one is not well."""
    checks: dict[str, str] = {}
    lag = 0.0
    try:
        with engine.connect() as connection:
            connection.execute(sql("SELECT 1"))
            if outbox:
                lag = outbox.lag_seconds(connection)
                checks["outbox_lag_seconds"] = f"{lag:.0f}"
        checks["database"] = "ok"
    except (DBAPIError, DriverError, OSError) as error:
        logger.warning("The database does not answer", error=str(error))
        checks["database"] = "unreachable"
    if checks["database"] != "ok" or lag >= MAX_LAG_SECONDS:
        raise DegradedError(checks=checks)
    return Health(status="ok", checks=checks)
