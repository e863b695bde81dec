"""Contracts of the payment service."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from shared_schemas.channels import AddressChannel
from shared_schemas.common import Contract, Instant, Money
from shared_schemas.errors import Text
from shared_schemas.payment.kinds import Purpose, RefundTarget
from shared_schemas.providers import DeskMethod, Provider, Tender
from shared_schemas.search.numbers import BookingNumber
from shared_schemas.texts import ADDRESS, Cursor, Line, Reason, Said
from shared_schemas.validation import refuse

WHICH = Text(
    "Name a booking, by its identifier or its number, or a time, by its beginning and its end",
    "Укажите бронирование (его идентификатор или номер) либо период: его начало и конец",
)
PaymentMethod = Literal["bank_card", "sbp", "sberpay", "tpay", "yoomoney"]
METHOD_LABELS: Mapping[PaymentMethod, Text] = {
    "bank_card": Text("Bank card", "Банковская карта"),
    "sbp": Text("Faster Payments System (SBP)", "Система быстрых платежей (СБП)"),
    "sberpay": Text("SberPay", "СберPay"),
    "tpay": Text("T-Pay", "T-Pay"),
    "yoomoney": Text("YooMoney", "ЮMoney"),
}
PaidBy = Literal[PaymentMethod, DeskMethod]
"""How somebody paid: by which means at a gateway, or what was taken at the desk."""
WHAT_FOR = Text(
    "Say what is paid for: a booking or a group of bookings, one of the two",
    "Укажите, что оплачивается: бронирование или группа бронирований, что-то одно",
)
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
    """Pay for a booking, or at once for the visits of a group that may be paid. Without `method` the payer chooses on
    the gateway's page.

    `purpose` says how much; by default the prepayment of a booking that is held, and all that is left of a confirmed
    one. `amount` pays another part: at least what confirms the booking, at most what is left to pay. The gateway sends
    the payer back to `return_url`, whether they paid or not. Of a group each visit gets its own part: what confirms
    it, and of more than that as much as it still costs beside the others."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "booking_id": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
                    "provider": "yookassa",
                    "return_url": "https://studio.example/booking/paid",
                }
            ]
        }
    )

    booking_id: UUID | None = None
    group_id: UUID | None = None
    provider: Provider
    method: PaymentMethod | None = None
    purpose: Purpose | None = None
    amount: PositiveMoney | None = None
    return_url: ReturnUrl

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.booking_id is None) == (self.group_id is None):
            raise refuse("what_is_paid_for", WHAT_FOR)
        return self


class PaymentWhole(Contract):
    """What is paid at once for several visits of a group, each with a payment of its own."""

    id: UUID
    """Of the first of these payments; `GET /v1/payments?whole_id=` lists them."""
    amount: Money


class Payment(Contract):
    """A payment as the payer and the staff see it.

    `creating`: the gateway has not answered yet; `pending`: it waits for the payer at `confirmation_url`;
    `review`: the gateway's figures differ from ours, and staff must look. `confirmation_url` is absent once nothing
    should be paid any more; `reason` says why a payment failed or is under review, or that a succeeded one was a
    `duplicate`, which is refunded. `taken` is what came in and `refunded` what has gone back by now."""

    id: UUID
    booking_id: UUID
    customer_id: UUID
    provider: Tender
    """The gateway, or what was taken at the desk, or what was held already."""
    method: PaidBy | None = None
    purpose: Purpose
    status: PaymentStatus
    amount: Money
    whole: PaymentWhole | None = None
    """Where it is paid together with those of other visits, what is paid in all at `confirmation_url`."""
    taken: Money = Money(amount=0)
    refunded: Money = Money(amount=0)
    confirmation_url: str | None = None
    reason: str | None = None
    expires_at: Instant
    created_at: Instant
    taken_by: str | None = None
    """The account that took it, or asked for it, at the desk; shown to staff only."""
    note: Said | None = None
    """What they noted with it; shown to staff only."""


class PayLinkRequest(Contract):
    """Send the payment's link to the client, by mail or by SMS."""

    channel: AddressChannel


class PayLinkMessage(Contract):
    """A message with a link that is on its way; `GET /v1/notifications` tells what becomes of it."""

    payment_id: UUID
    booking_id: UUID
    channel: AddressChannel


class PayLink(Contract):
    """Where to pay, how much in all, and until when."""

    url: str
    amount: Money
    expires_at: Instant
    for_several: bool = False
    """Whether it pays for other visits of a group, too."""


class CollectedPayment(Contract):
    """How much of a payment the booking service may count: all that was `taken`.

    `returning` is the part that the payment service refunds by itself, done or not, because more was paid than was
    asked."""

    payment_id: UUID
    booking_id: UUID
    taken: Money
    returning: Money = Money(amount=0)
    at: Instant | None = None
    """When it came in."""


class PaymentsQuery(Contract):
    """Which payments to list: those of a booking, by its id or by its number, oldest first; or for staff those begun in
    [`from`, `to`), newest first and page by page, by how they were paid."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"number": "7K3Q9D2M"}]})

    booking_id: UUID | None = None
    number: BookingNumber | None = None
    whole_id: UUID | None = None
    """Those that were paid at once for the visits of a group."""
    from_: Instant | None = Field(default=None, alias="from")
    to: Instant | None = None
    method: PaidBy | None = None
    provider: Tender | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)

    @model_validator(mode="after")
    def _one(self) -> Self:
        named = [self.booking_id, self.number, self.whole_id, self.from_ and self.to]
        half = (self.from_ is None) != (self.to is None)
        if half or sum(each is not None for each in named) != 1:
            raise refuse("which_payments", WHICH)
        return self

    @property
    def booking(self) -> UUID | str | None:
        """The id or the number."""
        return self.booking_id or self.number


class RefundRequest(Contract):
    """Refund a payment; without `amount` all that is left of it."""

    amount: PositiveMoney | None = None
    reason: Reason
    """For the staff's own records; the payer is not told."""
    to: RefundTarget = "payer"


class RefundDecision(Contract):
    """The outcome of a refund that its gateway does not report: staff looked there, and `reason` says what they saw."""

    outcome: Literal["succeeded", "failed"]
    reason: Reason


class Refund(Contract):
    """Money returned to the payer, the way it was paid.

    `creating`: the gateway has not answered yet, and is asked again until it does; `pending`: the gateway is working
    on it. `reason` is a code: `requested` by staff, `duplicate`, `booking_cancelled`, `slot_taken` and the like;
    `failure` is the gateway's code for what went wrong."""

    id: UUID
    payment_id: UUID
    booking_id: UUID
    status: RefundStatus
    amount: Money
    reason: str
    to: RefundTarget = "payer"
    failure: str | None = None
    comment: Said | None = None
    """What staff wrote; shown to staff only."""
    requested_by: str | None = None
    """The account that asked for it, or `system`; shown to staff only."""
    created_at: Instant
    settled_at: Instant | None = None
    decided_by: str | None = None
    """Who recorded the outcome if the gateway did not report one; shown to staff only."""
    decision: Said | None = None
    """Why they recorded it; shown to staff only."""
