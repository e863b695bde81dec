"""Routes of payments."""

from uuid import UUID

from chalice import Response

from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from core.identity import Identity
from payment import composition
from payment.api import api
from payment.attempts.errors import (
    BookingChangedError,
    ConcurrentUpdateError,
    HoldExpiredError,
    PaymentNotFoundError,
    PaymentRefusedError,
    VisitBeingPaidError,
)
from payment.errors import ProviderUnavailableError
from payment.paying import qr
from payment.paying.errors import (
    AmountOutOfRangeError,
    BookingNotFoundError,
    BookingNotPayableError,
    BookingUnavailableError,
    GatewayOutOfOrderError,
    GatewayUnavailableError,
    GroupNotFoundError,
    GroupNotPayableError,
    NoPayLinkError,
    TooManyOpenPaymentsError,
)
from payment.receipts.errors import ContactUnavailableError
from shared_schemas.common import Page
from shared_schemas.errors import CycloramaError, ForbiddenError
from shared_schemas.payment.methods import OfferedProvider
from shared_schemas.payment.payments import (
    CollectedPayment,
    PayLink,
    PayLinkMessage,
    PayLinkRequest,
    Payment,
    PaymentRequest,
    PaymentsQuery,
)

CREATE_ERRORS: list[type[CycloramaError]] = [
    AmountOutOfRangeError, BookingChangedError, BookingNotFoundError, BookingNotPayableError, BookingUnavailableError,
    ConcurrentUpdateError, ContactUnavailableError, GatewayOutOfOrderError, GatewayUnavailableError,
    GroupNotFoundError, GroupNotPayableError, HoldExpiredError, PaymentRefusedError, ProviderUnavailableError,
    TooManyOpenPaymentsError, VisitBeingPaidError,
]  # fmt: skip


@api.endpoint("GET /v1/payment-methods")
def list_payment_methods() -> Page[OfferedProvider]:
    """The gateways that are on, in the studio's order, with the methods that a payment may name."""
    return Page(data=composition.app().offered)


@api.endpoint("POST /v1/payments", status=201, errors=CREATE_ERRORS)
def create_payment(body: PaymentRequest, identity: Identity, key: IdempotencyKey | None) -> Payment:
    """Start paying for a booking, or for the visits of a group at once: send the payer to `confirmation_url`.

    An open payment for the same booking, provider, method and amount is returned instead of a second one.
    After a 503, repeat the request with the same Idempotency-Key: it goes on with the same payment."""
    return composition.app().payments.create(body, identity, key)


@api.endpoint("GET /v1/payments", errors=[ForbiddenError, InvalidCursorError])
def list_payments(query: PaymentsQuery, identity: Identity) -> Page[Payment]:
    """The payments of a booking, oldest first; clients see only their own. For staff also all that were begun in a
    time, newest first, by how they were paid."""
    payments = composition.app().payments
    if query.whole_id:
        return payments.of_whole(query.whole_id, identity)
    return payments.of_booking(query.booking, identity) if query.booking else payments.of_time(query, identity)


@api.endpoint("GET /v1/payments/{payment_id}", errors=[PaymentNotFoundError])
def get_payment(payment_id: UUID, identity: Identity) -> Payment:
    """One payment."""
    return composition.app().payments.get(payment_id, identity)


@api.endpoint(
    "GET /v1/payments/{payment_id}/qr", errors=[NoPayLinkError, PaymentNotFoundError], media_type="image/svg+xml"
)
def get_payment_qr(payment_id: UUID, identity: Identity) -> Response:
    """The payment's link as a QR code to show at the desk: the client pays on their own phone."""
    picture = qr.picture(composition.app().links.of(payment_id, identity))
    return Response(picture, {"Content-Type": "image/svg+xml", "Cache-Control": "private, no-store", **qr.ALONE}, 200)


@api.endpoint("POST /v1/payments/{payment_id}/link-messages", status=202, errors=[NoPayLinkError, PaymentNotFoundError])
def send_payment_link(
    payment_id: UUID, body: PayLinkRequest, identity: Identity, key: IdempotencyKey | None
) -> PayLinkMessage:
    """Send the payment's link to the client, by mail or SMS: they pay on their own phone, wherever they are."""
    return composition.app().links.send(payment_id, body, identity, key)


@api.endpoint("GET /v1/payments/{payment_id}/link", errors=[NoPayLinkError, PaymentNotFoundError])
def get_payment_link(payment_id: UUID) -> PayLink:
    """Where a payment is paid. Only the notification service asks, when it writes the message."""
    return composition.app().links.to_send(payment_id)


@api.endpoint("GET /v1/payments/{payment_id}/collected", errors=[PaymentNotFoundError])
def get_collected_payment(payment_id: UUID) -> CollectedPayment:
    """How much a payment brought in. Only the booking service asks; it trusts no other source."""
    return composition.app().payments.collected(payment_id)
