"""Routes of changes to a booking, and of the visit itself."""

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
    SlotTakenError,
    TooEarlyError,
    VisitBegunError,
)
from booking.errors_limits import TooManyHoldsError
from booking.errors_prices import AddOnNotFoundError, AddOnOutOfStockError
from core.idempotency import IdempotencyKey
from core.identity import CLIENTS, STAFF, Identity
from shared_schemas.booking import (
    AmendRequest,
    Booking,
    ChangePreview,
    ExtendRequest,
    ReasonRequest,
    RescheduleRequest,
)
from shared_schemas.errors import RuleViolationError

CHANGE_ERRORS = [
    AddOnOutOfStockError, BookingNotFoundError, ConcurrentUpdateError, HallNotFoundError, InvalidTransitionError,
    NoTariffError, OverrideNotAllowedError, RuleViolationError, SlotTakenError, TooManyHoldsError,
]  # fmt: skip
VISIT_ERRORS = [BookingNotFoundError, ConcurrentUpdateError, InvalidTransitionError, TooEarlyError]


@api.endpoint("POST /v1/bookings/{booking_id}/reschedule", allow=CLIENTS, errors=CHANGE_ERRORS)
def reschedule_booking(
    booking_id: UUID, body: RescheduleRequest, identity: Identity, key: IdempotencyKey | None
) -> Booking:
    """Move a booking to another time or hall: what was paid stays with it, the difference is priced."""
    with wiring.alternatives().offered_instead(booking_id, body):
        return wiring.changes().reschedule(booking_id, body, identity, key)


@api.endpoint("POST /v1/bookings/{booking_id}/reschedule/preview", allow=CLIENTS, errors=CHANGE_ERRORS)
def preview_reschedule(booking_id: UUID, body: RescheduleRequest, identity: Identity) -> ChangePreview:
    """What moving a booking would cost; nothing changes."""
    return wiring.changes().preview_reschedule(booking_id, body, identity)


@api.endpoint("POST /v1/bookings/{booking_id}/extend", allow=CLIENTS, errors=CHANGE_ERRORS)
def extend_booking(booking_id: UUID, body: ExtendRequest, identity: Identity, key: IdempotencyKey | None) -> Booking:
    """Stay longer, even while shooting, in steps of 15 minutes, if the hall is free."""
    return wiring.changes().extend(booking_id, body, identity, key)


@api.endpoint("POST /v1/bookings/{booking_id}/extend/preview", allow=CLIENTS, errors=CHANGE_ERRORS)
def preview_extension(booking_id: UUID, body: ExtendRequest, identity: Identity) -> ChangePreview:
    """What staying longer would cost; nothing changes."""
    return wiring.changes().preview_extend(booking_id, body, identity)


@api.endpoint(
    "PATCH /v1/bookings/{booking_id}", allow=CLIENTS, errors=[*CHANGE_ERRORS, AddOnNotFoundError, VisitBegunError]
)
def amend_booking(booking_id: UUID, body: AmendRequest, identity: Identity, key: IdempotencyKey | None) -> Booking:
    """Correct people, add-ons or the comment, such as the headcount at the door; the total follows."""
    return wiring.changes().amend(booking_id, body, identity, key)


@api.endpoint("POST /v1/bookings/{booking_id}/check-in", allow=STAFF, errors=VISIT_ERRORS)
def check_in_booking(booking_id: UUID, body: ReasonRequest, identity: Identity) -> Booking:
    """The client is here: the visit is in progress."""
    return wiring.visits().check_in(booking_id, body, identity)


@api.endpoint("POST /v1/bookings/{booking_id}/complete", allow=STAFF, errors=VISIT_ERRORS)
def complete_booking(booking_id: UUID, body: ReasonRequest, identity: Identity) -> Booking:
    """The visit is over."""
    return wiring.visits().complete(booking_id, body, identity)


@api.endpoint("POST /v1/bookings/{booking_id}/no-show", allow=STAFF, errors=VISIT_ERRORS)
def note_no_show(booking_id: UUID, body: ReasonRequest, identity: Identity) -> Booking:
    """Nobody came: the rest of the time is free, and the customer pays in advance from now on."""
    return wiring.visits().no_show(booking_id, body, identity)
