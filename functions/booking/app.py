"""HTTP API of the booking service: the routes are in `<capability>/routes.py`."""

import booking.bookings.change_routes
import booking.bookings.routes
import booking.closures.open_hours_routes
import booking.closures.routes
import booking.customers.routes
import booking.extras.routes
import booking.feeds.routes
import booking.free_time.routes
import booking.groups.routes
import booking.halls.routes
import booking.hours.routes
import booking.imports.routes
import booking.photos.routes
import booking.prices.routes
import booking.privacy.routes
import booking.quotes.routes
import booking.schedule.routes
import booking.simulation.routes
import booking.studio.routes
import booking.terms.routes
import booking.waitlist.routes
from booking import composition
from booking.api import api
from shared_schemas.common import Health

__all__ = ["api", "app"]

api.calls = lambda: composition.app().calls
app = api.app


@api.endpoint("GET /health/booking")
def booking_health() -> Health:
    """Whether the booking service can reach its database, and how far its outbox lags."""
    return composition.app().health()
