"""A service's own word on whether it can work."""

from sqlalchemy import Engine
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from core.observability import logger
from core.outbox import Outbox
from shared_schemas.common import Health
from shared_schemas.errors import Text, UnavailableError

MAX_LAG_SECONDS = 300


class DegradedError(UnavailableError):
    """Something that the service needs does not work; `checks` says what."""

    code = "degraded"
    text = Text("The service cannot do all its work", "Сервис работает не полностью")


def check_health(engine: Engine, outbox: Outbox | None = None) -> Health:
    """Ask the database, and the outbox for the age of its oldest unpublished event; `DegradedError` if amiss."""
    checks: dict[str, str] = {}
    lag = 0.0
    try:
        with engine.connect() as connection:
            connection.execute(sql("SELECT 1"))
            if outbox:
                lag = outbox.lag_seconds(connection)
                checks["outbox_lag_seconds"] = f"{lag:.0f}"
        checks["database"] = "ok"
    except (DBAPIError, OSError) as error:
        logger.warning("The database does not answer", error=str(error))
        checks["database"] = "unreachable"
    if checks["database"] != "ok" or lag >= MAX_LAG_SECONDS:
        raise DegradedError(checks=checks)
    return Health(status="ok", checks=checks)
