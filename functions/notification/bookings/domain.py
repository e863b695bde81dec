"""What is known of bookings, as of their events, and what a message says of one."""

from dataclasses import dataclass
from typing import get_args
from uuid import UUID

from shared_schemas.common import Contract, Instant, Money
from shared_schemas.events.bookings import BookingCancelled, BookingCreated, BookingEvent, WaitlistOffered
from shared_schemas.events.envelope import EventData
from shared_schemas.events.payments import PaymentSucceeded
from shared_schemas.payment.kinds import Purpose
from shared_schemas.providers import Tender
from shared_schemas.visits.status import BookingStatus

NOT_OWED: frozenset[BookingStatus] = frozenset({"cancelled", "expired", "no_show"})
OWING: frozenset[BookingStatus] = frozenset(get_args(BookingStatus)) - NOT_OWED


class Facts(Contract):
    """What a message says, as of the event; personal data is added only when it is sent."""

    number: str
    booking_version: int | None = None
    """Absent from messages of before 2026-12, like `hall_id`."""
    hall_id: UUID | None = None
    also_hall_ids: tuple[UUID, ...] = ()
    hall_name: str
    timezone: str
    start: Instant
    end: Instant
    people: int
    total: Money
    prepayment: Money
    hold_expires_at: Instant | None = None
    paid: Money | None = None
    """What came in; absent if unknown or if nothing is owed any more."""
    refund_due: Money | None = None
    """What of `paid` is on its way back."""
    imported: bool = False
    offered: bool = False
    """Whether the slot is offered from the waitlist, and nothing has changed since."""
    # These belong to one change and not to the booking: see `OF_ONE_CHANGE`.
    amount: Money | None = None
    purpose: Purpose | None = None
    provider: Tender | None = None
    reason: str | None = None
    payment_id: UUID | None = None
    refund: Money | None = None
    undone: BookingStatus | None = None
    previous_start: Instant | None = None
    previous_end: Instant | None = None
    previous_total: Money | None = None

    def for_anybody(self) -> "Facts":
        """Without what a person wrote: a reason that is one of ours stays."""
        return self.model_copy(update={"reason": self.reason if self.reason in REASONS else None})

    @property
    def kept(self) -> Money | None:
        """What was paid and is not refunded."""
        return self.paid and Money(amount=self.paid.amount - (self.refund_due.amount if self.refund_due else 0))

    @property
    def left(self) -> Money | None:
        """What is left to pay; None if unknown."""
        return self.kept and Money(amount=max(self.total.amount - self.kept.amount, 0))


REASONS = frozenset(
    {
        "duplicate", "excess", "slot_taken", "invalid_transition", "payment_too_small", "booking_cancelled",
        "booking_expired", "booking_rescheduled", "booking_extended", "booking_amended", "booking_balance_changed",
        "refunded",
    }
)  # fmt: skip
"""Why money goes back, in words of ours; see `refund_reason.txt`. Any other reason is what somebody wrote."""
OF_ONE_CHANGE = (
    "amount", "purpose", "provider", "payment_id", "reason", "refund", "undone", "previous_start", "previous_end",
    "previous_total",
)  # fmt: skip


@dataclass(frozen=True)
class KnownBooking:
    """A booking as of its latest event; `correlation_id` is the flow of its first event."""

    booking_id: UUID
    version: int
    status: BookingStatus
    customer_id: UUID
    facts: Facts
    correlation_id: str


def known_booking(event: BookingEvent, correlation_id: str) -> KnownBooking:
    """The booking in an event."""
    told = event.model_dump(include=Facts.model_fields.keys() - set(OF_ONE_CHANGE))
    offered = isinstance(event, WaitlistOffered) or (
        isinstance(event, BookingCreated) and event.waitlist_id is not None
    )
    facts = Facts.model_validate(told | {"offered": offered})
    return KnownBooking(event.booking_id, event.booking_version, event.status, event.customer_id, facts, correlation_id)


def facts_of(event: EventData, booking: KnownBooking) -> Facts:
    """The facts for a message about an event: those of the booking in the event, and the event's own."""
    own = {name: getattr(event, name, None) for name in OF_ONE_CHANGE}
    if isinstance(event, BookingCancelled):
        # People wrote it, in events of before 2026-12: it is asked for when the message is sent.
        own["reason"] = None
    facts = known_booking(event, "").facts if isinstance(event, BookingEvent) else booking.facts
    if isinstance(event, PaymentSucceeded):
        own |= {"paid": None if booking.status in NOT_OWED else event.collected, "refund_due": None}
    return facts.model_copy(update=own)
