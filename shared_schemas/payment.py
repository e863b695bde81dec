"""Contracts of the payment service."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract, Instant, Money
from shared_schemas.events import Provider, Purpose
from shared_schemas.texts import ADDRESS, Line, Reason

PaymentMethod = Literal["bank_card", "sbp", "sberpay", "tpay", "yoomoney"]
PaymentStatus = Literal["creating", "pending", "succeeded", "failed", "review"]
RefundStatus = Literal["creating", "pending", "succeeded", "failed"]
ReturnUrl = Annotated[
    str,
    Line(2048, pattern=ADDRESS),
    Field(examples=["https://studio.example/booking/paid"]),
]


class PositiveMoney(Money):
    """An amount above zero, in kopecks."""

    amount: Annotated[int, Field(strict=True, gt=0, le=10**12)]


class PaymentRequest(Contract):
    """Pay for a booking. Without `method` the payer chooses on the gateway's page.

    `purpose` says how much: the prepayment of a booking that is held, unless it says otherwise, and all that is left of
    a confirmed one. `amount` pays another part: never less than confirms the booking, nor more than is left to pay.
    `return_url` is where the gateway sends the payer back to, whatever came of it."""

    booking_id: UUID
    provider: Provider
    method: PaymentMethod | None = None
    purpose: Purpose | None = None
    amount: PositiveMoney | None = None
    return_url: ReturnUrl


class Payment(Contract):
    """A payment as the payer and the staff see it.

    `creating`: the gateway has not answered yet; `pending`: it waits for the payer at `confirmation_url`;
    `review`: the gateway's figures are not ours, and staff must look. `confirmation_url` is absent once nothing
    should be paid any more; `reason` says why a payment failed or is under review, or that a succeeded one was a
    `duplicate`, which goes back. `taken` is what came in and `refunded` what has gone back by now."""

    id: UUID
    booking_id: UUID
    customer_id: UUID
    provider: Provider
    method: PaymentMethod | None = None
    purpose: Purpose
    status: PaymentStatus
    amount: Money
    taken: Money = Money(amount=0)
    refunded: Money = Money(amount=0)
    confirmation_url: str | None = None
    reason: str | None = None
    expires_at: Instant
    created_at: Instant


class CollectedPayment(Contract):
    """What of a payment the booking service may count: all that was `taken`.

    `returning` is the part that the payment service gives back by its own decision, done already or not: more was paid
    than the booking was to have by then."""

    payment_id: UUID
    booking_id: UUID
    taken: Money
    returning: Money = Money(amount=0)


class PaymentsQuery(Contract):
    """Which payments to list."""

    booking_id: UUID


class RefundRequest(Contract):
    """Give a payment back; without `amount` all that is left of it."""

    amount: PositiveMoney | None = None
    reason: Reason
    """For the staff's own records; the payer is not told."""


class RefundDecision(Contract):
    """What became of a refund that its gateway would not tell of: staff looked there. `reason` says what they saw."""

    outcome: Literal["succeeded", "failed"]
    reason: Reason


class Refund(Contract):
    """Money on its way back to the payer, by the way it came.

    `creating`: the gateway has not answered yet, and is asked again until it does; `pending`: it is at work. `reason`
    is a code: `requested` by staff, `duplicate`, `booking_cancelled`, `slot_taken` and the like; `failure` is the
    gateway's word for what went wrong."""

    id: UUID
    payment_id: UUID
    booking_id: UUID
    status: RefundStatus
    amount: Money
    reason: str
    failure: str | None = None
    comment: str | None = None
    """What staff wrote; for staff alone."""
    requested_by: str | None = None
    """The account that asked for it, `system` for the rules; for staff alone."""
    created_at: Instant
    settled_at: Instant | None = None
    decided_by: str | None = None
    """Who said what became of it where its gateway would not; for staff alone."""
    decision: str | None = None
    """And why; for staff alone."""
