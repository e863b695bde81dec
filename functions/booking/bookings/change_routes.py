"""Routes of changes to a booking, and of the visit itself."""

from uuid import UUID

from booking import composition
from booking.api import api
from booking.bookings.errors import (
    AlreadyCheckedInError,
    BookingNotFoundError,
    CheckInCodeError,
    ConcurrentUpdateError,
    DiscountTooLargeError,
    InvalidTransitionError,
    LineNotFoundError,
    NothingToUndoError,
    OtherDayError,
    TooEarlyError,
    TooManyHoldsError,
    VisitBegunError,
)
from booking.calendar.errors import SlotTakenError
from booking.errors import OverrideNotAllowedError
from booking.extras.errors import (
    AddOnNotFoundError,
    AddOnOutOfStockError,
    PromoCodeClientLimitError,
    PromoCodeUsedUpError,
)
from booking.halls.errors import HallNotFoundError
from booking.prices.errors import NoTariffError
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.bookings import Booking, HoldRequest, ReasonRequest, UndoRequest
from shared_schemas.booking.changes import (
    AmendRequest,
    ChangePreview,
    ExtendRequest,
    LineRequest,
    LineUndoRequest,
    RescheduleRequest,
)
from shared_schemas.errors import RuleViolationError
from shared_schemas.search.check_in import CheckInRequest

CHANGE_ERRORS = [
    AddOnOutOfStockError, BookingNotFoundError, ConcurrentUpdateError, HallNotFoundError, InvalidTransitionError,
    NoTariffError, OverrideNotAllowedError, RuleViolationError, SlotTakenError, TooManyHoldsError,
]  # fmt: skip
UNDO_ERRORS = [
    AddOnOutOfStockError, BookingNotFoundError, ConcurrentUpdateError, NothingToUndoError, PromoCodeClientLimitError,
    PromoCodeUsedUpError, SlotTakenError,
]  # fmt: skip
LINE_ERRORS = [BookingNotFoundError, ConcurrentUpdateError, InvalidTransitionError]
VISIT_ERRORS = [BookingNotFoundError, ConcurrentUpdateError, InvalidTransitionError, TooEarlyError]


@api.endpoint("POST /v1/bookings/{booking_id}/reschedule", errors=CHANGE_ERRORS)
def reschedule_booking(
    booking_id: UUID, body: RescheduleRequest, identity: Identity, key: IdempotencyKey | None
) -> Booking:
    """Move a booking to another time or hall. What was paid counts towards the new price."""
    return composition.app().changes.reschedule(booking_id, body, identity, key)


@api.endpoint("POST /v1/bookings/{booking_id}/reschedule/preview", errors=CHANGE_ERRORS)
def preview_reschedule(booking_id: UUID, body: RescheduleRequest, identity: Identity) -> ChangePreview:
    """What moving a booking would cost. Nothing changes."""
    return composition.app().changes.preview_reschedule(booking_id, body, identity)


@api.endpoint("POST /v1/bookings/{booking_id}/extend", errors=CHANGE_ERRORS)
def extend_booking(booking_id: UUID, body: ExtendRequest, identity: Identity, key: IdempotencyKey | None) -> Booking:
    """Extend a booking in steps of 15 minutes if the hall is free, even during the visit."""
    return composition.app().changes.extend(booking_id, body, identity, key)


@api.endpoint("POST /v1/bookings/{booking_id}/extend/preview", errors=CHANGE_ERRORS)
def preview_extension(booking_id: UUID, body: ExtendRequest, identity: Identity) -> ChangePreview:
    """What an extension would cost. Nothing changes."""
    return composition.app().changes.preview_extend(booking_id, body, identity)


@api.endpoint("PATCH /v1/bookings/{booking_id}", errors=[*CHANGE_ERRORS, AddOnNotFoundError, VisitBegunError])
def amend_booking(booking_id: UUID, body: AmendRequest, identity: Identity, key: IdempotencyKey | None) -> Booking:
    """Correct the number of people, the add-ons or the comment; the total is recalculated."""
    return composition.app().changes.amend(booking_id, body, identity, key)


@api.endpoint("POST /v1/bookings/{booking_id}/check-in", errors=VISIT_ERRORS)
def check_in_booking(booking_id: UUID, body: ReasonRequest, identity: Identity) -> Booking:
    """Record that the client has arrived."""
    return composition.app().visits.check_in(booking_id, body, identity)


@api.endpoint("POST /v1/check-ins", errors=[*VISIT_ERRORS, AlreadyCheckedInError, CheckInCodeError, OtherDayError])
def check_in_by_code(body: CheckInRequest, identity: Identity) -> Booking:
    """Record that whoever shows this code has arrived: it is in the confirmation, to be read and to be scanned."""
    return composition.app().visits.check_in_by_code(body.code, identity)


@api.endpoint("POST /v1/bookings/{booking_id}/complete", errors=VISIT_ERRORS)
def complete_booking(booking_id: UUID, body: ReasonRequest, identity: Identity) -> Booking:
    """Record that the visit is over."""
    return composition.app().visits.complete(booking_id, body, identity)


@api.endpoint("POST /v1/bookings/{booking_id}/no-show", errors=VISIT_ERRORS)
def note_no_show(booking_id: UUID, body: ReasonRequest, identity: Identity) -> Booking:
    """Record a no-show: the rest of the time is free, and the customer pays in advance from now on."""
    return composition.app().visits.no_show(booking_id, body, identity)


@api.endpoint("POST /v1/bookings/{booking_id}/undo", errors=UNDO_ERRORS)
def undo_slip(booking_id: UUID, body: UndoRequest, identity: Identity, key: IdempotencyKey | None) -> Booking:
    """Undo the last check-in, end, no-show or cancellation, if its time is still free. A refund that was promised goes
    on: what it takes is due again."""
    return composition.app().undoing.undo(booking_id, body, identity, key)


@api.endpoint("POST /v1/bookings/{booking_id}/lines", errors=[*LINE_ERRORS, DiscountTooLargeError])
def add_booking_line(booking_id: UUID, body: LineRequest, identity: Identity, key: IdempotencyKey | None) -> Booking:
    """Add a line by hand: a surcharge at the door, or a discount below zero. The total changes, with all that follows
    from it."""
    return composition.app().lines.add(booking_id, body, identity, key)


@api.endpoint("POST /v1/bookings/{booking_id}/lines/{line_id}/undo", errors=[*LINE_ERRORS, LineNotFoundError])
def undo_booking_line(
    booking_id: UUID, line_id: UUID, body: LineUndoRequest, identity: Identity, key: IdempotencyKey | None
) -> Booking:
    """Take a line by hand back; what was paid too much by then goes back."""
    return composition.app().lines.undo(booking_id, line_id, body, identity, key)


@api.endpoint(
    "POST /v1/bookings/{booking_id}/hold",
    errors=[BookingNotFoundError, ConcurrentUpdateError, InvalidTransitionError],
)
def hold_booking(booking_id: UUID, body: HoldRequest, identity: Identity) -> Booking:
    """Hold a slot for longer, until its visit begins at the latest. Issuing an invoice does this by itself."""
    return composition.app().holding.prolong(booking_id, body, identity)
