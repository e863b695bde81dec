"""HTTP API of the booking service: the routes are in the modules `app_*.py`, by topic."""

from booking import (  # noqa: F401 - importing a module of routes adds them
    app_bookings,
    app_calendar,
    app_changes,
    app_customers,
    app_groups,
    app_halls,
    app_open_hours,
    app_prices,
    app_waitlist,
    wiring,
)
from booking.api import api
from core.health import check_health
from shared_schemas.common import Health

__all__ = ["api", "app"]

app = api.app


@api.endpoint("GET /health/booking")
def booking_health() -> Health:
    """Whether the booking service can reach its database, and how far its outbox lags."""
    return check_health(wiring.engine(), wiring.outbox)
