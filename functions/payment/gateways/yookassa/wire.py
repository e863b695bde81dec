"""What YooKassa's API v3 answers and announces, checked and turned into our own terms."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from payment.gateways.fiscal_words import ReceiptStatus
from payment.gateways.port import GatewayFaultError, GatewayReceipt, GatewayRefusedError, GatewayUnreachableError
from payment.gateways.privacy import said
from payment.gateways.transport import Answer, RetryableError
from payment.gateways.words import GatewayPayment, GatewayRefund, GatewayStatus, RefundStatus
from shared_schemas.payment.payments import PaymentMethod

RUBLES = r"[0-9]{1,12}\.[0-9]{2}"
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Word = Annotated[str, Field(pattern=r"^[a-z_.]{1,64}$")]
Rubles = Annotated[str, Field(pattern=f"^{RUBLES}$")]
Metadata = dict[str, Any] | None
Status = Literal["pending", "waiting_for_capture", "succeeded", "canceled"]
RefundWord = Literal["pending", "succeeded", "canceled"]

METHODS: dict[PaymentMethod, str] = {
    "bank_card": "bank_card",
    "sbp": "sbp",
    "sberpay": "sberbank",
    "tpay": "tinkoff_bank",
    "yoomoney": "yoo_money",
}
OUR_METHODS = {theirs: ours for ours, theirs in METHODS.items()}
STATUSES: dict[Status, GatewayStatus] = {
    "pending": "pending",
    "waiting_for_capture": "held",
    "succeeded": "succeeded",
    "canceled": "failed",
}
REFUND_STATUSES: dict[RefundWord, RefundStatus] = {"pending": "pending", "succeeded": "succeeded", "canceled": "failed"}
PARAMETER = re.compile(r"[.\[]")
# What neither the payer has chosen nor the payment's state decides: a wrong one is the shop's to repair.
OURS = frozenset(
    {
        "receipt", "customer", "items", "settlements", "tax_system_code", "send", "type",
        "confirmation", "metadata", "description", "capture", "recipient",
    }
)  # fmt: skip
# The one refusal of a refund that asks for another try, under another key.
PASSING_REASON = "rejected_by_timeout"


def rubles(kopecks: int) -> str:
    """Kopecks as YooKassa writes amounts: "1000.00"."""
    return f"{kopecks // 100}.{kopecks % 100:02d}"


def kopecks(rubles: str) -> int:
    """The reverse of `rubles`; `ValueError` for anything else."""
    if not re.fullmatch(RUBLES, rubles):
        raise ValueError("not an amount in rubles")
    whole, _, part = rubles.partition(".")
    return int(whole) * 100 + int(part)


def amount(value: int) -> dict[str, str]:
    return {"value": rubles(value), "currency": "RUB"}


def instant(moment: datetime) -> str:
    """For the filters of lists: UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Amount(BaseModel):
    value: Rubles
    currency: str

    @property
    def kopecks(self) -> int:
        return kopecks(self.value)


class _Confirmation(BaseModel):
    confirmation_url: str | None = None


class _Cancellation(BaseModel):
    reason: str | None = None


class _Method(BaseModel):
    type: str | None = None


class Payment(BaseModel):
    """A payment object; fields that we do not need are left out."""

    id: Id
    status: Status
    amount: Amount
    metadata: Metadata = None
    confirmation: _Confirmation | None = None
    cancellation_details: _Cancellation | None = None
    refunded_amount: Amount | None = None
    payment_method: _Method | None = None
    receipt_registration: ReceiptStatus | None = None

    def found(self) -> GatewayPayment:
        return GatewayPayment(
            id=self.id,
            status=STATUSES[self.status],
            amount=self.amount.kopecks,
            currency=self.amount.currency,
            attempt_id=text_of(self.metadata, "attempt_id"),
            confirmation_url=self.confirmation.confirmation_url if self.confirmation else None,
            reason=self.cancellation_details.reason if self.cancellation_details else None,
            refunded=self.refunded_amount.kopecks if self.refunded_amount else 0,
            method=OUR_METHODS.get(self.payment_method.type or "") if self.payment_method else None,
            receipt=self.receipt_registration,
        )


class Refund(BaseModel):
    """A refund object."""

    id: Id
    status: RefundWord
    amount: Amount
    metadata: Metadata = None
    cancellation_details: _Cancellation | None = None
    receipt_registration: ReceiptStatus | None = None

    def found(self) -> GatewayRefund:
        reason = self.cancellation_details.reason if self.cancellation_details else None
        status = REFUND_STATUSES[self.status]
        again = reason == PASSING_REASON
        return GatewayRefund(self.id, status, self.amount.kopecks, reason, again, self.receipt_registration)


class _Settlement(BaseModel):
    type: str
    amount: Amount


class Receipt(BaseModel):
    """A receipt object."""

    id: Id
    status: ReceiptStatus
    settlements: list[_Settlement] = []

    @property
    def closes(self) -> int:
        """How much of a prepayment it sets off, in kopecks."""
        return sum(part.amount.kopecks for part in self.settlements if part.type == "prepayment")

    def found(self) -> GatewayReceipt:
        return GatewayReceipt(self.id, self.status)


class Payments(BaseModel):
    """One page of payments."""

    items: list[Payment]
    next_cursor: str | None = None


class Refunds(BaseModel):
    """One page of refunds."""

    items: list[Refund]
    next_cursor: str | None = None


# A shop's other affairs (saved methods, deals, payouts, invoices, what is yet to come) are told at the same address.
OF_MONEY = ("payment.", "refund.")


class Told(BaseModel):
    """What every webhook has, whatever it is about."""

    type: Literal["notification"]
    event: str
    object: dict[str, Any]

    @property
    def is_of_money(self) -> bool:
        return self.event.startswith(OF_MONEY)


class Receipts(BaseModel):
    """One page of receipts."""

    items: list[Receipt]
    next_cursor: str | None = None


class _Object(BaseModel):
    id: Id
    status: Word
    payment_id: Id | None = None
    metadata: Metadata = None


class Notification(BaseModel):
    """A webhook's body; there is no event id, and nothing in it is signed."""

    type: Literal["notification"]
    event: Word
    object: _Object


class _Fault(BaseModel):
    type: str = ""
    code: str = "unknown"
    description: str = ""
    parameter: str = ""
    retry_after: float = Field(default=0, ge=0, description="milliseconds")


def text_of(metadata: Metadata, name: str) -> str | None:
    value = (metadata or {}).get(name)
    return value if isinstance(value, str) else None


def error(answer: Answer) -> Exception:
    """What an answer other than 200 means."""
    try:
        fault = _Fault.model_validate_json(answer.body)
    except ValidationError:
        fault = _Fault()
    status, words = answer.status, said(fault.parameter, fault.description)
    if status in (202, 408, 429) or status >= 500:
        return RetryableError(f"{status} {fault.code}", fault.retry_after / 1000)
    if status in (401, 403):
        # Not the payer's doing: it works again once the operator has put the credentials right.
        return GatewayFaultError(fault.code, words, general=True)
    if fault.type != "error":
        # A proxy's page, or a wrong address: not the gateway's word, so nothing is final.
        return GatewayUnreachableError(f"{status} from something that is not YooKassa")
    if PARAMETER.split(fault.parameter)[0] in OURS:
        return GatewayFaultError(fault.code, words)
    return GatewayRefusedError(fault.code, words)
