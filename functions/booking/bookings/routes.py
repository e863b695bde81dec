"""Routes of bookings: made, looked up, cancelled, confirmed."""

from uuid import UUID

from chalice import Response

from booking import composition
from booking.api import api
from booking.bookings.errors import (
    BookingNotFoundError,
    ConcurrentUpdateError,
    InvalidTransitionError,
    PaymentNotCollectedError,
    PaymentServiceUnavailableError,
    PaymentTooSmallError,
    TooManyHoldsError,
    VisitBegunError,
)
from booking.calendar.errors import SlotTakenError
from booking.customers.errors import (
    AccountsUnavailableError,
    CustomerBlockedError,
    GuestNotAdmittedError,
    RulesNotAcceptedError,
    UnknownCustomerError,
)
from booking.errors import OverrideNotAllowedError
from booking.extras.errors import (
    AddOnNotFoundError,
    AddOnOutOfStockError,
    PromoCodeClientLimitError,
    PromoCodeNotFoundError,
    PromoCodeUsedUpError,
)
from booking.halls.errors import HallNotFoundError
from booking.prices.errors import NoTariffError
from booking.quotes.errors import QuoteExpiredError, QuoteMismatchError, QuoteNotFoundError
from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from core.identity import Identity
from shared_schemas.booking.bookings import (
    Booking,
    BookingCard,
    BookingRequest,
    BookingsQuery,
    ConfirmRequest,
    NewBooking,
    PaymentTerms,
    Transition,
)
from shared_schemas.booking.changes import CancellationPreview, CancellationReason, CancelRequest
from shared_schemas.common import Page
from shared_schemas.errors import Locale, RuleViolationError, UnauthenticatedError
from shared_schemas.gateway.consents import ConsentNotOwnError, ConsentOutdatedError

BOOKING_ERRORS = [
    AccountsUnavailableError, AddOnNotFoundError, AddOnOutOfStockError, ConsentNotOwnError, ConsentOutdatedError,
    CustomerBlockedError, GuestNotAdmittedError, HallNotFoundError, NoTariffError, OverrideNotAllowedError,
    PromoCodeClientLimitError, PromoCodeNotFoundError, PromoCodeUsedUpError, QuoteExpiredError, QuoteMismatchError,
    QuoteNotFoundError, RuleViolationError, RulesNotAcceptedError, SlotTakenError, TooManyHoldsError,
    UnknownCustomerError,
]  # fmt: skip


@api.endpoint("POST /v1/bookings", status=201, errors=BOOKING_ERRORS)
def create_booking(
    body: BookingRequest, identity: Identity | None, key: IdempotencyKey | None, locale: Locale
) -> NewBooking:
    """Book a hall: the slot is held, as `pending`, until `hold_expires_at`. A refusal offers `alternatives`.

    Without a token a `guest` books, and gets one that opens this booking alone. Whoever has signed in names no guest,
    but for staff, who book for people without an account."""
    if body.guest:
        return composition.app().guest_bookings.create(body, body.guest, identity, key, locale)
    if identity is None:
        raise UnauthenticatedError
    composition.app().known_customers.require(body.customer_id, identity)
    return NewBooking(**dict(composition.app().bookings.create(body, identity, key)))


@api.endpoint("GET /v1/bookings", errors=[InvalidCursorError])
def list_bookings(query: BookingsQuery, identity: Identity) -> Page[Booking]:
    """Your own bookings, newest first; staff see all bookings."""
    return composition.app().bookings.page(query, identity)


@api.endpoint("GET /v1/bookings/{booking_id}", errors=[BookingNotFoundError])
def get_booking(booking_id: UUID, identity: Identity) -> BookingCard:
    """One booking, with what the studio holds of its deposits."""
    return composition.app().bookings.card(booking_id, identity)


@api.endpoint("GET /v1/bookings/{booking_id}/calendar", errors=[BookingNotFoundError], media_type="text/calendar")
def get_booking_calendar(booking_id: UUID, identity: Identity, locale: Locale) -> Response:
    """One booking as an iCalendar file (RFC 5545), to be put into a calendar. A later one replaces it there."""
    file = composition.app().calendar_files.of(booking_id, identity, locale)
    headers = {"Content-Type": "text/calendar; charset=utf-8", "Vary": "Accept-Language"}
    return Response(file.text, headers | {"Content-Disposition": f'attachment; filename="{file.name}"'}, 200)


@api.endpoint("GET /v1/bookings/{booking_id}/history", errors=[BookingNotFoundError])
def get_booking_history(booking_id: UUID) -> Page[Transition]:
    """Who did what to a booking, when, why, and what it changed; oldest first."""
    return Page(data=composition.app().bookings.history(booking_id))


@api.endpoint(
    "GET /v1/bookings/{booking_id}/cancellation-preview",
    errors=[BookingNotFoundError, InvalidTransitionError, VisitBegunError],
)
def preview_cancellation(booking_id: UUID, identity: Identity) -> CancellationPreview:
    """What cancelling now would refund, and until when."""
    return composition.app().bookings.cancellation_preview(booking_id, identity)


@api.endpoint(
    "POST /v1/bookings/{booking_id}/cancel",
    errors=[
        BookingNotFoundError,
        ConcurrentUpdateError,
        InvalidTransitionError,
        OverrideNotAllowedError,
        VisitBegunError,
    ],
)
def cancel_booking(booking_id: UUID, body: CancelRequest, identity: Identity, key: IdempotencyKey | None) -> Booking:
    """Cancel a booking. Its slot is free at once; `refund_due` follows from the terms it was sold under."""
    return composition.app().bookings.cancel(booking_id, body, identity, key)


@api.endpoint(
    "POST /v1/bookings/{booking_id}/confirm",
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
    """Confirm a booking because its payment has arrived, or because staff decide so."""
    return composition.app().bookings.confirm(booking_id, body, identity)


@api.endpoint("GET /v1/bookings/{booking_id}/payment-terms", errors=[BookingNotFoundError])
def get_payment_terms(booking_id: UUID) -> PaymentTerms:
    """What may be charged for a booking right now, and until when its slot is held."""
    return composition.app().bookings.payment_terms(booking_id)


@api.endpoint("GET /v1/bookings/{booking_id}/cancellation-reason", errors=[BookingNotFoundError])
def get_cancellation_reason(booking_id: UUID) -> CancellationReason:
    """What was said when a booking was cancelled. Events do not tell: people write it."""
    return composition.app().bookings.cancellation_reason(booking_id)
