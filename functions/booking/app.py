"""HTTP API of the booking service."""

from uuid import UUID

from booking import wiring
from booking.errors import (
    BookingNotFoundError,
    ConcurrentUpdateError,
    HallNameTakenError,
    HallNotFoundError,
    InvalidPeriodError,
    InvalidTransitionError,
    NoTariffError,
    PaymentTooSmallError,
    QuoteExpiredError,
    QuoteMismatchError,
    QuoteNotFoundError,
    SlotTakenError,
)
from core.health import check_health
from core.http import Api
from core.idempotency import IdempotencyKey
from core.identity import CLIENTS, SERVICES, STAFF, Identity
from core.paging import InvalidCursorError
from shared_schemas.booking import (
    Availability,
    AvailabilityQuery,
    Booking,
    BookingRequest,
    BookingsQuery,
    CancelRequest,
    ConfirmRequest,
    Hall,
    HallRequest,
    PaymentTerms,
    Quote,
    QuoteRequest,
    Tariff,
    TariffRequest,
)
from shared_schemas.common import Health, Page
from shared_schemas.errors import RuleViolationError

api = Api("booking")
app = api.app


@api.endpoint("GET /health/booking")
def booking_health() -> Health:
    """Whether the booking service can reach its database, and how far its outbox lags."""
    return check_health(wiring.engine(), wiring.outbox)


@api.endpoint("GET /v1/halls")
def list_halls() -> Page[Hall]:
    """All halls of the studio, by name."""
    return Page(data=wiring.catalogue().halls())


@api.endpoint("POST /v1/halls", status=201, allow=STAFF, errors=[HallNameTakenError])
def create_hall(body: HallRequest, key: IdempotencyKey | None) -> Hall:
    """Add a hall."""
    return wiring.catalogue().add_hall(body, key)


@api.endpoint("GET /v1/halls/{hall_id}", errors=[HallNotFoundError])
def get_hall(hall_id: UUID) -> Hall:
    """One hall."""
    return wiring.catalogue().hall(hall_id)


@api.endpoint("GET /v1/halls/{hall_id}/availability", errors=[HallNotFoundError, InvalidPeriodError])
def get_availability(hall_id: UUID, query: AvailabilityQuery) -> Availability:
    """Free time of a hall, day by day: every start listed can be booked for the asked duration."""
    return wiring.catalogue().availability(hall_id, query)


@api.endpoint("GET /v1/tariffs", allow=STAFF)
def list_tariffs() -> Page[Tariff]:
    """All tariff rules, the oldest first."""
    return Page(data=wiring.catalogue().tariffs())


@api.endpoint("POST /v1/tariffs", status=201, allow=STAFF, errors=[HallNotFoundError])
def create_tariff(body: TariffRequest, key: IdempotencyKey | None) -> Tariff:
    """Add a tariff rule."""
    return wiring.catalogue().add_tariff(body, key)


@api.endpoint("POST /v1/quotes", errors=[HallNotFoundError, NoTariffError, RuleViolationError], status=201)
def create_quote(body: QuoteRequest, key: IdempotencyKey | None) -> Quote:
    """The price of a slot, explained line by line, and kept until `valid_until`."""
    return wiring.catalogue().quote(body, key)


BOOKING_ERRORS = [
    HallNotFoundError, NoTariffError, QuoteExpiredError, QuoteMismatchError, QuoteNotFoundError,
    RuleViolationError, SlotTakenError,
]  # fmt: skip


@api.endpoint("POST /v1/bookings", status=201, allow=CLIENTS, errors=BOOKING_ERRORS)
def create_booking(body: BookingRequest, identity: Identity, key: IdempotencyKey | None) -> Booking:
    """Book a hall: the slot is held, as `pending`, until `hold_expires_at`."""
    return wiring.bookings().create(body, identity.user_id, key)


@api.endpoint("GET /v1/bookings", allow=CLIENTS, errors=[InvalidCursorError])
def list_bookings(query: BookingsQuery, identity: Identity) -> Page[Booking]:
    """One's own bookings, newest first; staff see everybody's."""
    return wiring.bookings().page(query, identity)


@api.endpoint("GET /v1/bookings/{booking_id}", allow=CLIENTS, errors=[BookingNotFoundError])
def get_booking(booking_id: UUID, identity: Identity) -> Booking:
    """One booking."""
    return wiring.bookings().get(booking_id, identity)


@api.endpoint(
    "POST /v1/bookings/{booking_id}/cancel",
    allow=CLIENTS,
    errors=[BookingNotFoundError, ConcurrentUpdateError, InvalidTransitionError],
)
def cancel_booking(booking_id: UUID, body: CancelRequest, identity: Identity, key: IdempotencyKey | None) -> Booking:
    """Call a booking off; its slot is free at once."""
    return wiring.bookings().cancel(booking_id, body, identity, key)


@api.endpoint(
    "POST /v1/bookings/{booking_id}/confirm",
    allow=SERVICES | STAFF,
    errors=[
        BookingNotFoundError,
        ConcurrentUpdateError,
        InvalidTransitionError,
        PaymentTooSmallError,
        SlotTakenError,
    ],
)
def confirm_booking(booking_id: UUID, body: ConfirmRequest, identity: Identity) -> Booking:
    """Confirm a booking by a payment that has arrived, or by the word of staff."""
    return wiring.bookings().confirm(booking_id, body, identity)


@api.endpoint("GET /v1/bookings/{booking_id}/payment-terms", allow=SERVICES, errors=[BookingNotFoundError])
def get_payment_terms(booking_id: UUID) -> PaymentTerms:
    """What may be charged for a booking right now, and until when its slot is held."""
    return wiring.bookings().payment_terms(booking_id)
