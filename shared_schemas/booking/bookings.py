"""Contracts of bookings."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from shared_schemas.booking.policy import TermOrigin, Terms
from shared_schemas.booking.prices import Price
from shared_schemas.booking.quotes import SlotRequest
from shared_schemas.common import Contract, Day, Instant, Money
from shared_schemas.errors import Text
from shared_schemas.events.bookings import TariffShare
from shared_schemas.guests import GuestRequest
from shared_schemas.payment.kinds import RefundTarget
from shared_schemas.promises import Returns
from shared_schemas.search.numbers import BookingNumber
from shared_schemas.texts import Comment, Cursor, Name, OfPeople, Reason, Remark, Said
from shared_schemas.validation import refuse
from shared_schemas.visits.purposes import PHOTO, VisitPurpose
from shared_schemas.visits.status import BookingStatus

PaymentState = Literal["unpaid", "partial", "paid", "refund_pending", "refunded"]


class OrderDetails(Contract):
    """What is said with an order and has no price, however it is made; a booking keeps each under the same name."""

    comment: Comment | None = None
    rules_version: Name | None = None
    """The version of the studio's rules that the client accepts."""


class BookingRequest(OrderDetails, SlotRequest):
    """Book a hall; with `quote_id` at the price of that quote."""

    quote_id: UUID | None = None
    customer_id: UUID | None = None
    """For staff: whom to book for."""
    override_reason: Reason | None = None
    """For staff: why the hall's rules do not count this time. A taken slot stays taken."""
    guest: GuestRequest | None = None
    """Who books without an account and without a token; or whom staff book for who has none that they know of."""


class Dropped(Contract):
    """What a change had to leave out of the order, because it is not valid for the visit any more."""

    field: Literal["promo_code", "birthday"]
    name: str
    code: str
    """Why, by the code that a new booking would get: `promo_other_weekdays`, `promo_minimum` and so on. Of the price
    around a birthday, `birthday_not_said` or `birthday_other_days`."""


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
    purpose: VisitPurpose = PHOTO
    comment: Said | None = None
    paid: Money
    refund_due: Money = Money(amount=0)
    """What is still to be refunded to the client."""
    refunded: Money = Money(amount=0)
    """What was refunded; `paid` does not include it."""
    refund_to: RefundTarget = "payer"
    """Where it goes: back the way it was paid, or to the customer's balance; asked for with the cancellation."""
    payment_state: PaymentState = "unpaid"
    terms: Terms
    terms_by: list[TermOrigin] = Field(default=[])
    """Which rules of the policy set some of the terms, the prepayment and the hold."""
    rules_version: str | None = None
    reschedules: int = 0
    prepayment_percent: int | None = None
    """The share of the total that confirms it, fixed when it was sold."""
    dropped: list[Dropped] = Field(default=[])
    """In the answer to a change: what had to be left out. The price does not include it."""
    hold_expires_at: Instant | None = None
    open_until: Instant | None = None
    """Until when staff may say what became of a visit that they reopened after its end; then it is closed as the
    policy says."""
    imported: bool = False
    """It was agreed in another system and came in from a file: until it changes, its customer is told nothing."""
    created_at: Instant
    correlation_id: str
    """The flow in which it was booked: its events, payments and messages are found by this id."""
    returns: SkipJsonSchema[Returns] = Field(default=Returns(), exclude=True)
    """For the books alone; `refund_due` is what comes of it."""


class BookingCard(Booking):
    """A booking with what the studio holds for it."""

    deposit_held: Money = Money(amount=0)
    """Deposits that were taken for the visit, and not given back or kept; no part of `paid`."""


class NewBooking(Booking):
    """A booking that was just made, with what opens it to a guest."""

    access_token: str | None = None
    """For who booked without one: opens this booking, and nothing else, until some days after the visit."""
    manage_url: str | None = None
    """A secret link for the guest, which works for longer: what follows `#` is exchanged at `POST /v1/guest-tokens`."""


class BookingsQuery(Contract):
    """Which bookings to list, newest first; `cursor` from the previous page. Only staff may list other customers'
    bookings.

    `hall_id` includes everything that shares its space: the hall, a hall that it is a part of, and its parts."""

    number: BookingNumber | None = None
    """As a person types it: spaces, hyphens and small letters do not count, and O is a zero."""
    status: BookingStatus | None = None
    customer_id: UUID | None = None
    hall_id: UUID | None = None
    group_id: UUID | None = None
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    """Local days of the hall that the visit touches, `to` exclusive."""
    cursor: Cursor | None = None
    limit: int = Field(default=20, ge=1, le=100)


class ReasonRequest(Contract):
    """Why staff do it."""

    reason: Remark | None = None


class HoldRequest(Contract):
    """Until when to hold the slot, and why; a hold only becomes longer."""

    until: Instant
    reason: Remark | None = None


class UndoRequest(Contract):
    """Why the last check-in, end, no-show or cancellation was a mistake."""

    reason: Reason


class ConfirmRequest(Contract):
    """A payment that has arrived (from the Integration service), or a decision of staff with a `reason`."""

    payment_id: UUID | None = None
    paid: Money | None = None
    reason: Remark | None = None

    @model_validator(mode="after")
    def _whole_payment(self) -> "ConfirmRequest":
        if (self.payment_id is None) != (self.paid is None):
            text = Text(
                "Name both the payment and the amount that was paid, or neither",
                "Укажите и платёж, и оплаченную сумму либо ничего",
            )
            raise refuse("half_a_payment", text)
        return self


class SoldLine(Contract):
    """What was sold, as a receipt names it; `amount` is the whole line's."""

    name: str = Field(min_length=1, max_length=128)
    quantity: int = Field(default=1, ge=1)
    amount: Money


class PaymentTerms(Contract):
    """What the payment service may charge for a booking right now, and until when its slot is held.

    `due` is what is missing of the prepayment, `balance` of the total; both are 0 after a cancellation, an expiry or a
    no-show."""

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
    """All that came in from them, before any refund. It shows whether a payment is counted already."""
    lines: list[SoldLine] = Field(default=[])
    """What the total is made of, to the kopeck, after discounts."""
    tariffs: list[TariffShare] = Field(default=[])
    """Its time by hall and tariff, before surcharges and discounts: what passes pay for."""
    start: Instant | None = None
    timezone: str = "UTC"
    hold_expires_at: Instant | None = None
    max_open_payments: int = 10
    """How many payments of this client may be open at once, by the studio's policy."""
    payer: UUID | None = None
    """Stands for the person who pays: the same for all guests of one telephone number."""
    payer_ids: list[UUID] = Field(default=[])
    """As whom that person is a customer; the customer of this booking alone where it is empty."""
    correlation_id: str


class Transition(Contract):
    """One step in a booking's life: who did what, when and why, and what it changed."""

    version: int
    action: str
    from_status: BookingStatus | None = None
    to_status: BookingStatus
    actor: str
    reason: Said | None = None
    at: Instant
    before: Annotated[dict[str, Any], OfPeople(("comment",))]
    after: Annotated[dict[str, Any], OfPeople(("comment",))]
