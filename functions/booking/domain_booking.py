"""The life of a booking: which state may follow which, what it owes, and what each change tells the world."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from booking.domain_calendar import MINUTE
from booking.domain_ranges import TimeRange
from booking.domain_shares import promo_discount, tariff_shares
from booking.errors import InvalidTransitionError
from shared_schemas.booking import Booking, PaymentState, Policy, Terms
from shared_schemas.common import Money
from shared_schemas.events import (
    BookingBalanceChanged,
    BookingCancelled,
    BookingCheckedIn,
    BookingCompleted,
    BookingConfirmed,
    BookingCreated,
    BookingEvent,
    BookingExpired,
    BookingNoShow,
    BookingStatus,
)
from shared_schemas.halls import Hall
from shared_schemas.prices import Price

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
E = TypeVar("E", bound=BookingEvent)


def usable_until(halls: Sequence[Hall], slot: TimeRange) -> datetime:
    """When the last of the halls must be left: "pay 60 minutes, use 55"."""
    return slot.utc().end - MINUTE * max(hall.unused_minutes for hall in halls)


def hold(
    halls: Sequence[Hall],
    slot: TimeRange,
    people: int,
    price: Price,
    *,
    customer_id: UUID,
    now: datetime,
    minutes: float,
    flow_id: str,
    policy: Policy,
    percent: int | None = None,
    comment: str | None = None,
    rules_version: str | None = None,
    group_id: UUID | None = None,
) -> Booking:
    """A new booking that holds its slot for some minutes; `flow_id` is the correlation id it keeps for life."""
    return Booking(
        **dict(price),
        id=uuid4(),
        number="".join(secrets.choice(NUMBER_ALPHABET) for _ in range(8)),
        status="pending",
        version=1,
        customer_id=customer_id,
        group_id=group_id,
        **placed(halls, slot),
        people=people,
        comment=comment,
        paid=NOTHING,
        payment_state=payment_state("pending", price.total, NOTHING, NOTHING, NOTHING),
        terms=Terms.model_validate(policy.model_dump(include=set(Terms.model_fields))),
        rules_version=rules_version,
        prepayment_percent=percent,
        hold_expires_at=now + timedelta(minutes=minutes),
        created_at=now,
        correlation_id=flow_id,
    )


def placed(halls: Sequence[Hall], slot: TimeRange) -> dict[str, object]:
    """The fields of a booking that say where and when."""
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


def given_back(booking: Booking, amount: int) -> Booking:
    """The booking once so many kopecks went back: first of what was promised, then of what else is paid."""
    return changed(
        booking,
        paid=Money(amount=max(booking.paid.amount - amount, 0)),
        refund_due=Money(amount=max(booking.refund_due.amount - amount, 0)),
        refunded=booking.refunded + Money(amount=amount),
    )


def move(booking: Booking, target: BookingStatus, **fields: object) -> Booking:
    """The booking in its next state; `InvalidTransitionError` where the state machine forbids it."""
    if target not in TRANSITIONS.get(booking.status, frozenset()):
        raise InvalidTransitionError(status=booking.status, target=target)
    return changed(booking, status=target, hold_expires_at=None, **fields)


def event_of(booking: Booking, reason: str | None = None, promised: Money = NOTHING) -> BookingEvent:
    """The event that tells of the state a booking has just entered; `promised` to go back was something before."""
    if booking.status == "cancelled":
        return event(BookingCancelled, booking, reason=reason, refund=more_refund(booking, promised) or NOTHING)
    if booking.status == "expired":
        return event(BookingExpired, booking, refund=more_refund(booking, promised))
    return event(EVENTS[booking.status], booking)


def balance_event(booking: Booking, promised: int = 0) -> BookingBalanceChanged:
    """Money came or went, and so many kopecks of it are `promised` to go back."""
    return event(BookingBalanceChanged, booking, refund=Money(amount=promised) if promised else None)


def more_refund(booking: Booking, promised: Money) -> Money | None:
    """What is to go back on top of what was `promised` before, if anything."""
    more = booking.refund_due.amount - promised.amount
    return Money(amount=more) if more else None


def event(kind: type[E], booking: Booking, **extra: object) -> E:
    """An event of any kind about a booking as it stands."""
    shared = {name: getattr(booking, name) for name in BookingEvent.model_fields if name in Booking.model_fields}
    sold = {"tariffs": tariff_shares(booking), "promo_discount": promo_discount(booking)}
    return kind(**shared, **sold, booking_id=booking.id, booking_version=booking.version, **extra)


def kept(booking: Booking) -> int:
    """What stays with the studio of what was paid, in kopecks."""
    return booking.paid.amount - booking.refund_due.amount
