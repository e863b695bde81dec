"""HTTP API of the notification service: the routes are in `<capability>/routes.py`."""

import notification.connections.routes
import notification.costs.routes
import notification.history.routes
import notification.preferences.routes
import notification.previews.routes
import notification.privacy.routes
import notification.rules.routes
import notification.suppressions.routes
import notification.wording.routes
from core.http.health import DegradedError
from notification import composition
from notification.api import api
from shared_schemas.common import Health

__all__ = ["api", "app"]

api.calls = lambda: composition.app().calls
app = api.app


@api.endpoint("GET /health/notification", errors=[DegradedError])
def notification_health() -> Health:
    """Whether the notification service can reach its database, and how far its outbox lags."""
    return composition.app().health()
