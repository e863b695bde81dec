"""HTTP API of the integration service: the routes are in `<capability>/routes.py`."""

import integration.connectors.webhooks.routes
import integration.deliveries.routes
import integration.events.routes
import integration.failures.routes
import integration.privacy.routes
import integration.replays.routes
import integration.reports.routes
import integration.trail.routes
from core.http.health import DegradedError
from integration import composition
from integration.api import api
from shared_schemas.common import Health

__all__ = ["api", "app"]

api.calls = lambda: composition.app().calls
app = api.app


@api.endpoint("GET /health/integration", errors=[DegradedError])
def integration_health() -> Health:
    """Whether the integration service can reach its database, and how far its outbox lags."""
    return composition.app().health()
