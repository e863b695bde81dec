"""The life of a booking: its state machine, what it owes, and the event of each change."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from booking.bookings.domain.shares import promo_discount, tariff_shares
from booking.bookings.errors import InvalidTransitionError
from booking.halls.domain import usable_until
from booking.time.ranges import TimeRange
from shared_schemas.booking.bookings import Booking, OrderDetails, PaymentState
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.policy import TermOrigin, Terms
from shared_schemas.booking.prices import Price
from shared_schemas.common import Money
from shared_schemas.events.bookings import (
    BookingBalanceChanged,
    BookingCancelled,
    BookingCheckedIn,
    BookingCompleted,
    BookingConfirmed,
    BookingCreated,
    BookingEvent,
    BookingExpired,
    BookingNoShow,
    ReturningEvent,
)
from shared_schemas.visits.purposes import PHOTO, VisitPurpose
from shared_schemas.visits.status import BookingStatus

# Crockford's letters: nothing to confuse when read out over the telephone.
NUMBER_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TRANSITIONS: dict[BookingStatus, frozenset[BookingStatus]] = {
    "pending": frozenset({"confirmed", "cancelled", "expired"}),
    "expired": frozenset({"confirmed"}),  # Paid too late, but the slot was still free.
    "confirmed": frozenset({"in_progress", "completed", "no_show", "cancelled"}),
    "in_progress": frozenset({"completed"}),
}
EVENTS: dict[BookingStatus, type[BookingEvent]] = {
    "pending": BookingCreated,
    "confirmed": BookingConfirmed,
    "in_progress": BookingCheckedIn,
    "completed": BookingCompleted,
    "no_show": BookingNoShow,
    "cancelled": BookingCancelled,
    "expired": BookingExpired,
}
HOLDS_SLOT: frozenset[BookingStatus] = frozenset({"pending", "confirmed", "in_progress", "completed"})
OPEN: frozenset[BookingStatus] = frozenset({"pending", "confirmed", "in_progress"})
"""Visits that may still be changed."""
NOTHING = Money(amount=0)
NO_DETAILS = OrderDetails()
E = TypeVar("E", bound=BookingEvent)


@dataclass(frozen=True)
class Order:
    """Who orders a visit, when, and under which terms.

    It is held for `minutes`; `percent` of the total confirms it; `flow_id` is the correlation id that the booking
    keeps."""

    customer_id: UUID
    now: datetime
    minutes: float
    flow_id: str
    terms: Terms
    percent: int | None = None
    details: OrderDetails = NO_DETAILS
    group_id: UUID | None = None
    purpose: VisitPurpose = PHOTO
    by: Sequence[TermOrigin] = ()
    """The rules that set some of the terms."""
    imported: bool = False


def hold(halls: Sequence[Hall], slot: TimeRange, people: int, price: Price, order: Order) -> Booking:
    """A new booking that holds its slot for some minutes, until its prepayment."""
    return Booking(
        **dict(price),
        id=uuid4(),
        number="".join(secrets.choice(NUMBER_ALPHABET) for _ in range(8)),
        status="pending",
        version=1,
        customer_id=order.customer_id,
        group_id=order.group_id,
        imported=order.imported,
        **placed(halls, slot),
        people=people,
        purpose=order.purpose,
        **{name: getattr(order.details, name) for name in OrderDetails.model_fields},
        paid=NOTHING,
        payment_state=payment_state("pending", price.total, NOTHING, NOTHING, NOTHING),
        terms=Terms.model_validate(order.terms.model_dump(include=set(Terms.model_fields))),
        terms_by=list(order.by),
        prepayment_percent=order.percent,
        hold_expires_at=order.now + timedelta(minutes=order.minutes),
        created_at=order.now,
        correlation_id=order.flow_id,
    )


def placed(halls: Sequence[Hall], slot: TimeRange) -> dict[str, object]:
    """The fields of a booking for place and time."""
    main = halls[0]
    zone = ZoneInfo(main.timezone)
    return {
        "hall_id": main.id,
        "also_hall_ids": [hall.id for hall in halls[1:]],
        "hall_name": " + ".join(hall.name for hall in halls),
        "timezone": main.timezone,
        "start": slot.start.astimezone(zone),
        "end": slot.end.astimezone(zone),
        "usable_until": usable_until(halls, slot).astimezone(zone),
    }


def payment_state(status: BookingStatus, total: Money, paid: Money, refund_due: Money, refunded: Money) -> PaymentState:
    """How far a booking is paid for; a promised refund is pending until the payment service has made it."""
    if refund_due.amount:
        return "refund_pending"
    if refunded.amount and (status == "cancelled" or not paid.amount):
        return "refunded"
    if not paid.amount:
        return "unpaid" if total.amount else "paid"
    return "paid" if paid.amount >= total.amount else "partial"


def changed(booking: Booking, **fields: object) -> Booking:
    """The booking's next version, with some fields changed and those that follow from them."""
    after = booking.model_copy(update={"version": booking.version + 1, **fields})
    state = payment_state(after.status, after.total, after.paid, after.refund_due, after.refunded)
    return after.model_copy(update={"payment_state": state})


def move(booking: Booking, target: BookingStatus, **fields: object) -> Booking:
    """The booking in its next state; `InvalidTransitionError` if the state machine forbids it."""
    if target not in TRANSITIONS.get(booking.status, frozenset()):
        raise InvalidTransitionError(status=booking.status, target=target)
    return changed(booking, status=target, hold_expires_at=None, open_until=None, **fields)


def event_of(booking: Booking, promised: Money = NOTHING) -> BookingEvent:
    """The event for the state that a booking has just entered; `promised` is the refund promised before.

    Why somebody did it stays out: people write that."""
    if booking.status == "cancelled":
        refund = more_refund(booking, promised) or NOTHING
        return event(BookingCancelled, booking, refund=refund, refund_to=booking.refund_to)
    if booking.status == "expired":
        return event(BookingExpired, booking, refund=more_refund(booking, promised))
    return event(EVENTS[booking.status], booking)


def balance_event(booking: Booking, promised: int = 0) -> BookingBalanceChanged:
    """Money came or went, and so many kopecks of it are `promised` to go back."""
    return event(BookingBalanceChanged, booking, refund=Money(amount=promised) if promised else None)


def more_refund(booking: Booking, promised: Money) -> Money | None:
    """The refund on top of what was `promised` before, if any."""
    more = booking.refund_due.amount - promised.amount
    return Money(amount=more) if more else None


def event(kind: type[E], booking: Booking, **extra: object) -> E:
    """An event of any kind about a booking as it stands."""
    shared = {name: getattr(booking, name) for name in BookingEvent.model_fields if name in Booking.model_fields}
    sold = {
        "tariffs": tariff_shares(booking),
        "promo_discount": promo_discount(booking),
        "visit_purpose": booking.purpose,
    }
    if issubclass(kind, ReturningEvent) and extra.get("refund") not in (None, NOTHING):
        extra["promises"] = booking.returns.promises
    return kind(**shared, **sold, booking_id=booking.id, booking_version=booking.version, **extra)


def retained(booking: Booking) -> int:
    """What the studio keeps of the money paid, in kopecks."""
    return booking.paid.amount - booking.refund_due.amount
