"""Events of bookings, and of the waitlist that offers them."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Instant, Money
from shared_schemas.events.envelope import EventData
from shared_schemas.payment.kinds import RefundTarget
from shared_schemas.promises import Promise
from shared_schemas.visits.purposes import PHOTO, VisitPurpose
from shared_schemas.visits.status import BookingStatus


class TariffShare(Contract):
    """How much of a visit was sold in a hall by a tariff, before surcharges and discounts."""

    hall_id: UUID
    tariff: str
    """The tariff's name at the time of sale."""
    minutes: int
    amount: Money


class BookingEvent(EventData):
    """A booking as it stood right after the change; `booking_version` orders the events of one booking."""

    booking_id: UUID
    booking_version: int = Field(ge=1)
    number: str
    status: BookingStatus
    customer_id: UUID
    hall_id: UUID
    hall_name: str
    timezone: str
    start: Instant
    end: Instant
    people: int
    visit_purpose: VisitPurpose = PHOTO
    """Its `purpose`; that of a payment is another thing."""
    total: Money
    prepayment: Money
    hold_expires_at: Instant | None = None
    group_id: UUID | None = None
    also_hall_ids: list[UUID] = Field(default=[])
    tariffs: list[TariffShare] = Field(default=[])
    promo_code: str | None = None
    promo_discount: Money | None = None
    """What the promo code took off; it is in `total` already."""
    paid: Money | None = None
    """What came in and has not gone back; absent in events of before this was told."""
    refund_due: Money | None = None
    """What of `paid` is on its way back: `total` without the rest of it is left to pay."""
    imported: bool = False
    """It was agreed in another system and came in from a file."""


class ReturningEvent(BookingEvent):
    """A change of a booking that may promise money back."""

    promises: list[Promise] = Field(default=[])
    """All promises of the booking so far and what they were reckoned from, where one is added; this event's `refund`
    is what they come to more as far as the booking knew."""


class BookingCreated(BookingEvent):
    """A slot is held and waits for its prepayment."""

    type = "booking.created"
    waitlist_id: UUID | None = None
    """The waitlist entry that the booking is an offer to; `waitlist.offered` follows."""


class BookingConfirmed(BookingEvent):
    """The booking is paid for, or staff have confirmed it."""

    type = "booking.confirmed"


class BookingRescheduled(ReturningEvent):
    """The booking moved to another time or hall; the slot it had is free."""

    type = "booking.rescheduled"
    previous_start: Instant
    previous_end: Instant
    previous_total: Money | None = None
    refund: Money | None = None
    """What the terms give back where the visit became cheaper than what was paid."""


class BookingCancelled(ReturningEvent):
    """The booking was cancelled and its slot is free."""

    type = "booking.cancelled"
    reason: str | None = Field(default=None, json_schema_extra={"deprecated": True})
    """Not told any more: people write it, and events carry no personal data. Events of before 2026-12 may have it."""
    refund: Money | None = None
    """What the terms give back of what was paid."""
    refund_to: RefundTarget = "payer"


class BookingExpired(ReturningEvent):
    """The hold expired unpaid and its slot is free."""

    type = "booking.expired"
    refund: Money | None = None
    """What was paid so far and not enough; all of it goes back."""


class BookingExtended(ReturningEvent):
    """The visit ends later than booked; `total` is the new price."""

    type = "booking.extended"
    previous_end: Instant
    previous_total: Money
    refund: Money | None = None
    """What the terms give back where the longer visit reached a discount."""


class BookingAmended(ReturningEvent):
    """People or add-ons differ from what was booked; `total` is the new price."""

    type = "booking.amended"
    previous_total: Money
    refund: Money | None = None


class BookingBalanceChanged(ReturningEvent):
    """A booking's payments changed: money came in or was refunded, and nothing else changed."""

    type = "booking.balance_changed"
    refund: Money | None = None
    """What came in beyond the total, and goes back."""


class BookingCheckedIn(BookingEvent):
    """The visit has begun."""

    type = "booking.checked_in"


class WaitlistOffered(BookingEvent):
    """A slot from the waitlist is free, and held for the customer until `hold_expires_at`."""

    type = "waitlist.offered"
    waitlist_id: UUID


class BookingCompleted(BookingEvent):
    """The visit is over."""

    type = "booking.completed"


class BookingNoShow(BookingEvent):
    """The customer did not come."""

    type = "booking.no_show"


class BookingReinstated(BookingEvent):
    """Staff have undone a slip: the booking is not `undone` any more, but what `status` says."""

    type = "booking.reinstated"
    undone: Literal["in_progress", "completed", "no_show", "cancelled"]


class BookingHoldProlonged(BookingEvent):
    """The slot is held for longer, until `hold_expires_at`, such as until an invoice is due."""

    type = "booking.hold_prolonged"


class BookingPaymentRefused(EventData):
    """A booking refused a payment: the slot is gone, or the booking was cancelled.

    `reason` is the code of the refusal; the payment service refunds all of it."""

    type = "booking.payment_refused"
    payment_id: UUID
    booking_id: UUID
    customer_id: UUID
    reason: str
