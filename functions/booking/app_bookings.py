"""Routes of bookings: made, looked up, called off, confirmed."""

from uuid import UUID

from booking import wiring
from booking.api import api
from booking.errors import (
    BookingNotFoundError,
    ConcurrentUpdateError,
    HallNotFoundError,
    InvalidTransitionError,
    NoTariffError,
    OverrideNotAllowedError,
    PaymentNotCollectedError,
    PaymentServiceUnavailableError,
    PaymentTooSmallError,
    QuoteExpiredError,
    QuoteMismatchError,
    QuoteNotFoundError,
    SlotTakenError,
    VisitBegunError,
)
from booking.errors_customers import (
    AccountsUnavailableError,
    CustomerBlockedError,
    RulesNotAcceptedError,
    UnknownCustomerError,
)
from booking.errors_limits import TooManyHoldsError
from booking.errors_prices import (
    AddOnNotFoundError,
    AddOnOutOfStockError,
    PromoCodeClientLimitError,
    PromoCodeNotFoundError,
    PromoCodeUsedUpError,
)
from core.idempotency import IdempotencyKey
from core.identity import CLIENTS, STAFF, Identity, services
from core.paging import InvalidCursorError
from shared_schemas.booking import (
    Booking,
    BookingRequest,
    BookingsQuery,
    CancellationPreview,
    CancelRequest,
    ConfirmRequest,
    PaymentTerms,
    Transition,
)
from shared_schemas.common import Page
from shared_schemas.errors import RuleViolationError

BOOKING_ERRORS = [
    AccountsUnavailableError, AddOnNotFoundError, AddOnOutOfStockError, CustomerBlockedError, HallNotFoundError,
    NoTariffError, OverrideNotAllowedError, PromoCodeClientLimitError, PromoCodeNotFoundError, PromoCodeUsedUpError,
    QuoteExpiredError, QuoteMismatchError, QuoteNotFoundError, RuleViolationError, RulesNotAcceptedError,
    SlotTakenError, TooManyHoldsError, UnknownCustomerError,
]  # fmt: skip


@api.endpoint("POST /v1/bookings", status=201, allow=CLIENTS, errors=BOOKING_ERRORS)
def create_booking(body: BookingRequest, identity: Identity, key: IdempotencyKey | None) -> Booking:
    """Book a hall: the slot is held, as `pending`, until `hold_expires_at`. A refusal offers `alternatives`."""
    wiring.known_customers().require(body.customer_id, identity)
    with wiring.alternatives().offered(body):
        return wiring.bookings().create(body, identity, key)


@api.endpoint("GET /v1/bookings", allow=CLIENTS, errors=[InvalidCursorError])
def list_bookings(query: BookingsQuery, identity: Identity) -> Page[Booking]:
    """One's own bookings, newest first; staff see everybody's."""
    return wiring.bookings().page(query, identity)


@api.endpoint("GET /v1/bookings/{booking_id}", allow=CLIENTS, errors=[BookingNotFoundError])
def get_booking(booking_id: UUID, identity: Identity) -> Booking:
    """One booking."""
    return wiring.bookings().get(booking_id, identity)


@api.endpoint("GET /v1/bookings/{booking_id}/history", allow=STAFF, errors=[BookingNotFoundError])
def get_booking_history(booking_id: UUID) -> Page[Transition]:
    """Who did what to a booking, when, why, and what it changed; oldest first."""
    return Page(data=wiring.bookings().history(booking_id))


@api.endpoint(
    "GET /v1/bookings/{booking_id}/cancellation-preview",
    allow=CLIENTS,
    errors=[BookingNotFoundError, InvalidTransitionError, VisitBegunError],
)
def preview_cancellation(booking_id: UUID, identity: Identity) -> CancellationPreview:
    """What cancelling right now would bring back, and until when."""
    return wiring.bookings().cancellation_preview(booking_id, identity)


@api.endpoint(
    "POST /v1/bookings/{booking_id}/cancel",
    allow=CLIENTS,
    errors=[
        BookingNotFoundError,
        ConcurrentUpdateError,
        InvalidTransitionError,
        OverrideNotAllowedError,
        VisitBegunError,
    ],
)
def cancel_booking(booking_id: UUID, body: CancelRequest, identity: Identity, key: IdempotencyKey | None) -> Booking:
    """Call a booking off; its slot is free at once, and `refund_due` goes back by the terms it was sold under."""
    return wiring.bookings().cancel(booking_id, body, identity, key)


@api.endpoint(
    "POST /v1/bookings/{booking_id}/confirm",
    allow=STAFF | services("integration"),
    errors=[
        BookingNotFoundError,
        ConcurrentUpdateError,
        InvalidTransitionError,
        PaymentNotCollectedError,
        PaymentServiceUnavailableError,
        PaymentTooSmallError,
        SlotTakenError,
    ],
)
def confirm_booking(booking_id: UUID, body: ConfirmRequest, identity: Identity) -> Booking:
    """Confirm a booking by a payment that has arrived, or by the word of staff."""
    return wiring.bookings().confirm(booking_id, body, identity)


@api.endpoint("GET /v1/bookings/{booking_id}/payment-terms", allow=services("payment"), errors=[BookingNotFoundError])
def get_payment_terms(booking_id: UUID) -> PaymentTerms:
    """What may be charged for a booking right now, and until when its slot is held."""
    return wiring.bookings().payment_terms(booking_id)
