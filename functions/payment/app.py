"""HTTP API of the payment service: the routes are in `<capability>/routes.py`."""

from core.http.health import DegradedError
from payment import composition
from payment.acts import routes as acts
from payment.api import api
from payment.balances import routes as balances
from payment.bank import routes as bank
from payment.books import routes as books
from payment.certificates import routes as certificates
from payment.companies import routes as companies
from payment.deposits import routes as deposits
from payment.desk import routes as desk
from payment.invoices import routes as invoices
from payment.paying import routes as paying
from payment.privacy import routes as privacy
from payment.receipts import routes as receipts
from payment.refunds import routes as refunds
from payment.tills import routes as tills
from shared_schemas.common import Health

__all__ = ["api", "app"]

api.calls = lambda: composition.app().calls
app = api.app


@api.endpoint("GET /health/payment", errors=[DegradedError])
def payment_health() -> Health:
    """Whether the payment service can reach its database, and how far its outbox lags."""
    return composition.app().health()
