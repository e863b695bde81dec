"""The route of quotes."""

from chalice.app import Request

from booking import composition
from booking.api import api
from booking.extras.errors import AddOnNotFoundError, PromoCodeNotFoundError
from booking.halls.errors import HallNotFoundError
from booking.prices.errors import NoTariffError
from booking.quotes.errors import TooManyQuotesError
from core.http.idempotency import IdempotencyKey
from core.identity import address_digest
from shared_schemas.booking.quotes import Quote, QuoteRequest
from shared_schemas.errors import RuleViolationError


@api.endpoint(
    "POST /v1/quotes",
    status=201,
    errors=[
        AddOnNotFoundError,
        HallNotFoundError,
        NoTariffError,
        PromoCodeNotFoundError,
        RuleViolationError,
        TooManyQuotesError,
    ],
)
def create_quote(body: QuoteRequest, key: IdempotencyKey | None, request: Request) -> Quote:
    """The price of a slot, explained line by line and valid until `valid_until`."""
    return composition.app().quotes.quote(body, key, address_digest(request.context))
