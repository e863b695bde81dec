"""Contracts of bookings: their life, groups and series, the waitlist, customers, the studio's policy."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from shared_schemas.calendar import Recurrence
from shared_schemas.common import Contract, Day, Instant, Money, SignedMoney
from shared_schemas.errors import Text
from shared_schemas.events import BookingStatus
from shared_schemas.halls import WebAddress
from shared_schemas.prices import AddOnOrder, Percent, Price, SlotRequest
from shared_schemas.texts import Comment, Cursor, Name, Prose, Reason, Remark
from shared_schemas.validation import refuse

PaymentState = Literal["unpaid", "partial", "paid", "refund_pending", "refunded"]


class RefundTier(Contract):
    """Who cancels at least `hours_before` the start gets `percent` of what was paid back."""

    hours_before: int = Field(ge=0, le=10_000)
    percent: Percent


class Terms(Contract):
    """The part of the policy that a booking is sold under, and keeps whatever the studio decides later."""

    refund_tiers: list[RefundTier] = Field(
        default=[RefundTier(hours_before=72, percent=100), RefundTier(hours_before=24, percent=50)], max_length=20
    )
    reschedule_hours_before: int = Field(default=48, ge=0, le=10_000)
    """Until when, in hours before the start, a client may move or shorten the booking."""
    max_reschedules: int = Field(default=1, ge=0, le=100)


class ClientLimits(Contract):
    """How much one client may have at once. Staff who book or pay for a client are not limited."""

    max_unpaid_holds: int = Field(default=12, ge=1, le=10_000)
    """Bookings that wait for their prepayment."""
    max_unpaid_hours: int = Field(default=24, ge=1, le=100_000)
    """Hours of all halls that those bookings hold."""
    max_open_payments: int = Field(default=10, ge=1, le=1000)
    """Payments that were begun and are not decided."""
    max_waitlist_entries: int = Field(default=20, ge=1, le=1000)
    """Slots that are waited for, or offered."""
    max_quotes: int = Field(default=100, ge=1, le=100_000)
    """Prices that stand, asked for from one address: quotes are for everybody, and who asks has no name."""


class PolicyRequest(Terms, ClientLimits):
    """The studio's terms of business; a change holds for bookings made after it."""

    hold_minutes: float | None = Field(default=None, gt=0, le=24 * 60)
    """How long an unpaid booking holds its slot; absent is the deployment's setting."""
    offer_minutes: float = Field(default=60, gt=0, le=7 * 24 * 60)
    """How long a slot is held for whom the waitlist offers it."""
    prepayment_percent: int | None = Field(default=None, ge=1, le=100)
    """Which share of the total confirms a booking; absent is the deployment's setting."""
    no_show_prepayment_percent: int = Field(default=100, ge=1, le=100)
    """The share that is asked of who once did not come."""
    unattended: Literal["complete", "no_show"] = "complete"
    """What becomes of a confirmed booking whose time passed without a check-in."""
    rules_version: Name | None = None
    """The version of the studio's rules that a client must accept with every booking; absent asks for none."""
    rules_url: WebAddress | None = None


class Policy(PolicyRequest):
    """The policy in force; `version` 0 is the deployment's own, before the studio decided anything."""

    version: int = 0


class BookingRequest(SlotRequest):
    """Book a hall; with `quote_id` at the price of that quote."""

    quote_id: UUID | None = None
    comment: Comment | None = None
    rules_version: Name | None = None
    """The version of the studio's rules that the client accepts."""
    customer_id: UUID | None = None
    """For staff: whom to book for."""
    override_reason: Reason | None = None
    """For staff: why the hall's rules do not count this time. A taken slot stays taken."""


class Dropped(Contract):
    """What a change had to leave out of the order, because it does not hold for the visit any more."""

    field: Literal["promo_code"]
    name: str
    code: str
    """Why, as a new booking would be told: `promo_other_weekdays`, `promo_minimum` and so on."""


class Booking(Price):
    """A booking as its customer and the staff see it."""

    id: UUID
    number: str
    status: BookingStatus
    version: int
    customer_id: UUID
    group_id: UUID | None = None
    hall_id: UUID
    also_hall_ids: list[UUID] = Field(default=[])
    hall_name: str
    timezone: str
    start: Instant
    end: Instant
    usable_until: Instant
    people: int
    comment: str | None = None
    paid: Money
    refund_due: Money = Money(amount=0)
    """What is still to go back to the client by the terms of a cancellation."""
    refunded: Money = Money(amount=0)
    """What has gone back; `paid` is without it."""
    payment_state: PaymentState = "unpaid"
    terms: Terms
    rules_version: str | None = None
    reschedules: int = 0
    prepayment_percent: int | None = None
    """The share of the total that it was sold to be confirmed by."""
    dropped: list[Dropped] = Field(default=[])
    """In the answer to a change: what had to be left out. Its price is without it."""
    hold_expires_at: Instant | None = None
    created_at: Instant
    correlation_id: str
    """The flow in which it was booked: its events, payments and messages are found by this id."""


class BookingsQuery(Contract):
    """Which bookings to list, newest first; `cursor` from the previous page. Of others, staff alone may ask.

    `hall_id` is of whatever shares its space: the hall, a hall that it is a part of, or its parts."""

    status: BookingStatus | None = None
    customer_id: UUID | None = None
    hall_id: UUID | None = None
    group_id: UUID | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    """Local days of the hall that the visit touches, `to` exclusive."""
    cursor: Cursor | None = None
    limit: int = Field(default=20, ge=1, le=100)


class CancelRequest(Contract):
    """Call a booking off."""

    reason: Remark | None = None
    refund_percent: Percent | None = None
    """For staff, with a reason: return this share, whatever the terms say."""


class CancellationPreview(Contract):
    """What cancelling right now would bring back; `until` is when that gets worse."""

    booking_id: UUID
    percent: Percent
    refund: Money
    kept: Money
    until: Instant | None = None
    tiers: list[RefundTier]


class ReasonRequest(Contract):
    """Why staff do it."""

    reason: Remark | None = None


class RescheduleRequest(Contract):
    """Another time, or other halls; add-ons, people and what was paid stay with the booking."""

    start: Instant
    end: Instant
    hall_id: UUID | None = None
    also_hall_ids: list[UUID] | None = Field(default=None, max_length=20)
    reason: Remark | None = None
    override_reason: Reason | None = None


class ExtendRequest(Contract):
    """Stay longer, in steps of 15 minutes, if the hall is free."""

    minutes: int = Field(ge=15, le=1440, multiple_of=15)
    override_reason: Reason | None = None


class AmendRequest(Contract):
    """What differs from what was booked, such as the people at the door; absent stays."""

    people: int | None = Field(default=None, ge=1, le=10_000)
    add_ons: list[AddOnOrder] | None = Field(default=None, max_length=50)
    comment: Comment | None = None
    reason: Remark | None = None
    override_reason: Reason | None = None


class ChangePreview(Contract):
    """What a change would cost: `difference` to the total so far, `due` beyond what is paid, `refund` to go back."""

    booking_id: UUID
    start: Instant
    end: Instant
    previous_total: Money
    total: Money
    difference: SignedMoney
    due: Money
    refund: Money = Money(amount=0)
    dropped: list[Dropped] = Field(default=[])
    """What would be left out of the order, as it would not hold any more; `total` is without it."""


class ConfirmRequest(Contract):
    """A payment that has arrived (from the Integration service), or staff's word with a `reason`."""

    payment_id: UUID | None = None
    paid: Money | None = None
    reason: Remark | None = None

    @model_validator(mode="after")
    def _whole_payment(self) -> "ConfirmRequest":
        if (self.payment_id is None) != (self.paid is None):
            text = Text("payment_id and paid belong together", "payment_id и paid указывают вместе")
            raise refuse("half_a_payment", text)
        return self


class SoldLine(Contract):
    """What was sold, as a receipt names it; `amount` is the whole line's."""

    name: str = Field(min_length=1, max_length=128)
    quantity: int = Field(default=1, ge=1)
    amount: Money


class PaymentTerms(Contract):
    """What the payment service may charge for a booking right now, and until when its slot is held.

    `due` is the prepayment that is missing, `balance` all that is; nothing of a booking that is over and done with."""

    booking_id: UUID
    booking_version: int
    number: str
    customer_id: UUID
    status: BookingStatus
    due: Money
    balance: Money
    kept: Money = Money(amount=0)
    """What the studio keeps of earlier payments; `due` and `balance` come on top."""
    received: Money | None = None
    """All that came in of them, whatever has gone back or is to: by this a payment is known that nobody knew of yet."""
    lines: list[SoldLine] = Field(default=[])
    """What the total is made of, to the kopeck, after discounts."""
    hold_expires_at: Instant | None = None
    max_open_payments: int = 10
    """How many payments of this client may be open at once, by the studio's policy."""
    correlation_id: str


class Transition(Contract):
    """One step in a booking's life: who did what, when and why, and what it changed."""

    version: int
    action: str
    from_status: BookingStatus | None = None
    to_status: BookingStatus
    actor: str
    reason: str | None = None
    at: Instant
    before: dict[str, Any]
    after: dict[str, Any]


class GroupItem(Contract):
    """One visit of a group."""

    hall_id: UUID
    also_hall_ids: list[UUID] = Field(default=[], max_length=20)
    start: Instant
    end: Instant
    people: int = Field(default=1, ge=1, le=10_000)
    add_ons: list[AddOnOrder] = Field(default=[], max_length=50)


class GroupRequest(Contract):
    """Several visits at once: listed, repeated by a rule, or both; each is priced and held as its own booking.

    `mode` says what happens if some cannot be had: book nothing (`all`), or book the others (`free`)."""

    items: list[GroupItem] = Field(min_length=1, max_length=50)
    recurrence: Recurrence | None = None
    mode: Literal["all", "free"] = "all"
    comment: Comment | None = None
    rules_version: Name | None = None
    customer_id: UUID | None = None
    override_reason: Reason | None = None


class SkippedVisit(Contract):
    """A visit that could not be booked, and the code of the reason."""

    hall_id: UUID
    start: Instant
    end: Instant
    codes: list[str]


class BookingGroup(Contract):
    """Bookings that were made together; sums are over those that are still live."""

    id: UUID
    bookings: list[Booking]
    skipped: list[SkippedVisit] = Field(default=[])
    total: Money
    prepayment: Money


class GroupCancelRequest(CancelRequest):
    """Call off the whole group, or the bookings named."""

    booking_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=500)


class GroupShiftRequest(Contract):
    """Move the whole group, or the bookings named, by the same number of local minutes: all of them or none."""

    booking_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=500)
    minutes: int = Field(ge=-60 * 24 * 366, le=60 * 24 * 366, multiple_of=15)
    reason: Remark | None = None
    override_reason: Reason | None = None


WaitlistStatus = Literal["waiting", "offered", "accepted", "missed", "withdrawn", "lapsed"]


class WaitlistRequest(SlotRequest):
    """Tell me when this slot is free: it is then held for a while, at the price of that day."""

    rules_version: Name | None = None
    comment: Comment | None = None


class WaitlistEntry(WaitlistRequest):
    """A place on the waitlist; once offered, `booking_id` is the booking that holds the slot."""

    id: UUID
    customer_id: UUID
    status: WaitlistStatus
    booking_id: UUID | None = None
    created_at: Instant


class WaitlistQuery(Contract):
    """Entries newest first; `cursor` from the previous page."""

    cursor: Cursor | None = None
    limit: int = Field(default=20, ge=1, le=100)


class NoteRequest(Contract):
    """What staff should know about a customer."""

    text: Annotated[str, Prose(4000, 1)]


class Note(NoteRequest):
    """A note of the staff."""

    id: UUID
    author: str
    at: Instant


class BlockRequest(Contract):
    """Why this customer may not book any more."""

    reason: Reason


class PrepaymentRequest(Contract):
    """The share of the total that this customer pays in advance; absent goes back to the policy."""

    percent: int | None = Field(default=None, ge=1, le=100)


class Acceptance(Contract):
    """When a customer accepted which version of the studio's rules."""

    version: str
    at: Instant


class Customer(Contract):
    """What the studio knows of a customer beside the account: history in figures, notes, blocks."""

    id: UUID
    bookings: dict[str, int]
    """How many there are in each status."""
    spent: Money
    no_shows: int = 0
    prepayment_percent: int | None = None
    """What is asked of this customer, if it is not the policy's share."""
    blocked_at: Instant | None = None
    block_reason: str | None = None
    notes: list[Note] = Field(default=[])
    acceptances: list[Acceptance] = Field(default=[])
    erased_at: Instant | None = None
