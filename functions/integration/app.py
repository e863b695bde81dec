"""HTTP API of the integration service: the routes are in the modules `app_*.py`, by topic."""

from core.health import DegradedError, check_health
from integration import (  # noqa: F401 - importing a module of routes adds them
    app_connectors,
    app_events,
    app_failures,
    app_replays,
    app_reports,
    app_traces,
    app_webhooks,
    wiring,
)
from integration.api import api
from shared_schemas.common import Health

__all__ = ["api", "app"]

app = api.app


@api.endpoint("GET /health/integration", errors=[DegradedError])
def integration_health() -> Health:
    """Whether the integration service can reach its database, and how far its outbox lags."""
    return check_health(wiring.engine(), wiring.outbox)
