"""The life of a booking: which state may follow which, and what each change tells the world."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from booking.domain_pricing import Price
from booking.errors import InvalidTransitionError
from shared_schemas.booking import Booking, BookingRequest, Hall, PaymentTerms
from shared_schemas.common import Money
from shared_schemas.events import (
    BookingCancelled,
    BookingConfirmed,
    BookingCreated,
    BookingEvent,
    BookingExpired,
    BookingStatus,
)

# Crockford's letters: nothing to confuse when read out over the telephone.
NUMBER_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TRANSITIONS: dict[BookingStatus, frozenset[BookingStatus]] = {
    "pending": frozenset({"confirmed", "cancelled", "expired"}),
    "expired": frozenset({"confirmed"}),  # Paid too late, but the slot was still free.
    "confirmed": frozenset({"cancelled"}),
}
EVENTS: dict[BookingStatus, type[BookingEvent]] = {
    "pending": BookingCreated,
    "confirmed": BookingConfirmed,
    "cancelled": BookingCancelled,
    "expired": BookingExpired,
}
HOLDS_SLOT: frozenset[BookingStatus] = frozenset({"pending", "confirmed", "in_progress"})


def hold(
    request: BookingRequest, hall: Hall, price: Price, customer_id: UUID, now: datetime, expires: datetime, flow_id: str
) -> Booking:
    """A new booking that holds its slot until `expires`; `flow_id` is the correlation id it keeps for life."""
    zone = ZoneInfo(hall.timezone)
    return Booking(
        id=uuid4(),
        number="".join(secrets.choice(NUMBER_ALPHABET) for _ in range(8)),
        status="pending",
        version=1,
        customer_id=customer_id,
        hall_id=hall.id,
        hall_name=hall.name,
        timezone=hall.timezone,
        start=request.start.astimezone(zone),
        end=request.end.astimezone(zone),
        people=request.people,
        comment=request.comment,
        lines=price.lines,
        total=price.total,
        prepayment=price.prepayment,
        paid=Money(amount=0),
        hold_expires_at=expires,
        created_at=now,
        correlation_id=flow_id,
    )


def move(booking: Booking, target: BookingStatus) -> Booking:
    """The booking in its next state; `InvalidTransitionError` where the state machine forbids it."""
    if target not in TRANSITIONS.get(booking.status, frozenset()):
        raise InvalidTransitionError(status=booking.status, target=target)
    return booking.model_copy(update={"status": target, "version": booking.version + 1, "hold_expires_at": None})


def event_of(booking: Booking, reason: str | None = None) -> BookingEvent:
    """The event that tells of the state a booking has just entered."""
    extra = {"reason": reason} if booking.status == "cancelled" else {}
    return EVENTS[booking.status](
        booking_id=booking.id,
        booking_version=booking.version,
        number=booking.number,
        status=booking.status,
        customer_id=booking.customer_id,
        hall_id=booking.hall_id,
        hall_name=booking.hall_name,
        timezone=booking.timezone,
        start=booking.start,
        end=booking.end,
        people=booking.people,
        total=booking.total,
        prepayment=booking.prepayment,
        hold_expires_at=booking.hold_expires_at,
        **extra,
    )


def payment_terms(booking: Booking) -> PaymentTerms:
    """What is still due before the booking is confirmed."""
    due = max(booking.prepayment.amount - booking.paid.amount, 0)
    return PaymentTerms(
        booking_id=booking.id,
        booking_version=booking.version,
        number=booking.number,
        customer_id=booking.customer_id,
        status=booking.status,
        due=Money(amount=due),
        hold_expires_at=booking.hold_expires_at,
        correlation_id=booking.correlation_id,
    )
