"""Payments and refunds in terms common to all gateways. Amounts are kopecks."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Literal
from uuid import UUID

from payment.gateways.fiscal_words import Receipt, ReceiptStatus
from shared_schemas.payment.payments import PaymentMethod

MOSCOW = timezone(timedelta(hours=3))
# `held`: authorised, waits to be captured. A refund leaves a payment `succeeded`, with `refunded` above zero.
GatewayStatus = Literal["pending", "held", "succeeded", "failed"]
RefundStatus = Literal["pending", "succeeded", "failed"]


@dataclass(frozen=True)
class GatewayPayment:
    """A payment as the gateway reports it; `attempt_id` is the order's id, as we gave it.

    `amount` is what is to be paid and, once captured, what was taken, before any refund. `refunded` is what was
    refunded, None if the gateway does not say how much. `sbp_payload` is the address to show as a QR code."""

    id: str
    status: GatewayStatus
    amount: int
    currency: str
    attempt_id: str | None
    confirmation_url: str | None = None
    reason: str | None = None
    refunded: int | None = 0
    method: PaymentMethod | None = None
    receipt: ReceiptStatus | None = None
    sbp_payload: str | None = None


@dataclass(frozen=True)
class PaymentOrder:
    """Collect `amount` for a booking. `id` is saved before the gateway is called, and makes a repeat harmless.

    `expires_at` is when the invitation to pay ends. Without a `method` the payer chooses on the gateway's page, which
    sends them to `return_url` afterwards. `with_others`: it is for other visits of its group, too. `created_at` is
    when the order was saved. Operators are told `payment_id` and `booking_id`."""

    id: UUID
    payment_id: UUID
    booking_id: UUID
    booking_number: str
    amount: int
    method: PaymentMethod | None
    return_url: str
    expires_at: datetime
    created_at: datetime
    with_others: bool = False

    @property
    def description(self) -> str:
        """What payers read at their gateway and their bank, which limit its length. It says until when to pay, as a
        page of YooKassa's stays open for longer than the hall is held."""
        visits = f"Бронирование {self.booking_number}" + (" и другие визиты группы" if self.with_others else "")
        return f"{visits}, оплатить до {self.expires_at.astimezone(MOSCOW):%d.%m %H:%M} МСК"


@dataclass(frozen=True)
class RefundOrder:
    """Give `amount` of a payment back. `id` is saved before the gateway is called, and makes a repeat harmless.

    `paid` is what was captured and `refunded_before` what our earlier refunds gave back of it: gateways without
    refunds of their own tell by these whether this one has been carried out already. `tried` says that an earlier
    call may have reached the gateway. One refund of a payment at a time, or such gateways cannot tell them apart.

    `as_paid`: all of it goes back as it came, so that the gateway can make the receipt of the payment's own.
    `witnessed`: the gateway has told, signed and unasked, that money of just this refund went back; `age` is how long
    ago it was asked for."""

    id: UUID
    gateway_payment_id: str
    amount: int
    paid: int
    refunded_before: int = 0
    tried: bool = False
    method: PaymentMethod | None = None
    description: str = ""
    receipt: Receipt | None = None
    gateway_refund_id: str | None = None
    as_paid: bool = False
    witnessed: bool = False
    age: timedelta = timedelta()

    @property
    def refunded_after(self) -> int:
        return self.refunded_before + self.amount

    @property
    def is_whole(self) -> bool:
        """Whether it gives the whole payment back at once."""
        return self.refunded_before == 0 and self.amount == self.paid


@dataclass(frozen=True)
class GatewayRefund:
    """What became of a refund; `id` is the gateway's, or ours where it has none.

    `needs_new_id`: it failed for a passing reason, and only a refund under a new id is worth another try. `back` is all
    that has gone back of the payment with it, whoever asked for it, where the gateway says so."""

    id: str
    status: RefundStatus
    amount: int
    reason: str | None = None
    needs_new_id: bool = False
    receipt: ReceiptStatus | None = None
    back: int | None = None
