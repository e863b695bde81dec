"""What the payment service needs of a gateway. Amounts are kopecks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from payment.domain import Attempt
from payment.domain_gateway import GatewayPayment, GatewayRefund, RefundOrder
from payment.domain_receipts import PaymentMode, Receipt, ReceiptStatus
from payment.providers.words import spoken
from shared_schemas.payment import PaymentMethod


@dataclass(frozen=True)
class WebhookRequest:
    """A notification as it came in; `headers` by lower-case names, `query` still encoded."""

    body: bytes
    method: str = "POST"
    query: str = ""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReceiptNotice:
    """A gateway's signed word on a receipt of `amount` kopecks: of money that came, or went back.

    `mode` tells a settlement from the prepayment before it."""

    status: ReceiptStatus
    is_refund: bool
    amount: int
    mode: PaymentMode | None = None


@dataclass(frozen=True)
class Notification:
    """A webhook's claim: a hint to ask the gateway about `gateway_payment_id`, or a word on a `receipt`.

    Gateways send no event id, so `event`, `object_id` and `status` together tell one notification from another.
    `returned` is how much it says went back, in kopecks, where that is signed."""

    event: str
    object_id: str
    status: str
    gateway_payment_id: str
    attempt_id: str | None
    receipt: ReceiptNotice | None = None
    returned: int | None = None

    @property
    def may_come_again(self) -> bool:
        """Whether the same words may tell of something new: a second part of a payment that goes back."""
        return self.event.lower().rpartition("_")[2] in ("refunded", "reversed")


@dataclass(frozen=True)
class Acknowledgement:
    """The answer after which a gateway delivers a notification no more."""

    body: str = ""
    content_type: str = "text/plain"
    status: int = 200


@dataclass(frozen=True)
class ClosingReceipt:
    """The receipt of a visit that was prepaid; `id` is saved before the gateway is called.

    `tried` says that an earlier call may have reached the gateway; `age` is how long ago it was planned."""

    id: UUID
    gateway_payment_id: str
    receipt: Receipt
    tried: bool = False
    age: timedelta = timedelta()


@dataclass(frozen=True)
class GatewayReceipt:
    """A receipt as its gateway knows it."""

    id: str
    status: ReceiptStatus


class GatewayUnreachableError(Exception):
    """No usable answer. What became of the request is unknown: repeat it with the same key."""


class RequestNeverSentError(GatewayUnreachableError):
    """No connection came about: the gateway cannot have heard of the request."""


class NotYetError(RequestNeverSentError):
    """The gateway answers, and cannot do it now: it was not asked to, and has its next turn."""


class GatewayFaultError(GatewayUnreachableError):
    """The gateway says no for what is ours to repair: access, a receipt, a field. No payer is told of it, nothing
    fails for good, and the same request goes through once it is repaired.

    `code` and `words` are the gateway's own, without personal data. `general`: it hits every call, not this one."""

    def __init__(self, code: str, words: str = "", *, general: bool = False) -> None:
        self.code = code
        self.words = spoken(words)
        self.general = general
        super().__init__(f"{code}: {self.words}" if self.words else code)


class GatewayRefusedError(Exception):
    """The gateway says no, for good; `code` is its own word for why, and `detail` what it says beside it."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = spoken(detail)
        super().__init__(f"{code}: {self.detail}" if self.detail else code)


class LinkLostError(GatewayRefusedError):
    """The payment was made, but its page's address got lost on the way; nobody can pay it. Start a new attempt."""

    word = "link_lost"

    def __init__(self) -> None:
        super().__init__(self.word)


class MethodNotOfferedError(GatewayRefusedError):
    """The gateway does not take this method of payment, or not in this way."""

    def __init__(self, method: PaymentMethod) -> None:
        super().__init__("method_not_offered", method)


class RefundUncertainError(GatewayRefusedError):
    """Whether the refund took place cannot be told from what the gateway says: a human must look before a repeat."""

    def __init__(self, detail: str) -> None:
        super().__init__("refund_uncertain", detail)


class NeverAskedError(RefundUncertainError):
    """The same of a refund that the gateway was never asked for: nothing that it says later is a word on this one."""


class WebhookForgedError(Exception):
    """The signature or token is missing or wrong."""


class WebhookMalformedError(ValueError):
    """Not a notification of this gateway."""


class Gateway(Protocol):
    """One payment gateway. Calls raise `GatewayUnreachableError` and `GatewayRefusedError`; all may be repeated."""

    def create(self, attempt: Attempt, *, capture: bool = True, receipt: Receipt | None = None) -> GatewayPayment:
        """Create the attempt's payment; repeated, it never makes a second one.

        The link lives as long as the attempt where the gateway allows that; without `capture` the money is held.
        `MethodNotOfferedError`; `LinkLostError` where the payment was made but cannot be paid."""

    def fetch(self, gateway_payment_id: str) -> GatewayPayment:
        """The payment as it stands."""

    def find(self, attempt: Attempt) -> GatewayPayment | None:
        """The attempt's payment by our own id, where the gateway's got lost; None where it has none."""

    def capture(self, gateway_payment_id: str, amount: int, receipt: Receipt | None = None) -> GatewayPayment:
        """Take what is held, or a part of it: the rest is released."""

    def cancel(self, gateway_payment_id: str) -> GatewayPayment:
        """Release what is held. `GatewayRefusedError` where nothing is; it never refunds."""

    def decline(self, gateway_payment_id: str) -> bool:
        """Make an unpaid link unpayable; False where the gateway cannot, or not any more."""

    def refund(self, order: RefundOrder) -> GatewayRefund:
        """Give money back, once for each `order.id`. `RefundUncertainError` rather than risk doing it twice."""

    def fetch_refund(self, order: RefundOrder) -> GatewayRefund:
        """What became of a refund that was pending."""

    def parse_webhook(self, request: WebhookRequest) -> Notification | None:
        """What a webhook says once its signature is checked; None where that is nothing about a payment's status.

        `WebhookForgedError`, `WebhookMalformedError`, and nothing else."""

    def acknowledge(self) -> Acknowledgement:
        """How to answer a notification that is stored."""

    def closing_receipt(self, closing: ClosingReceipt) -> GatewayReceipt | None:
        """Issue the settlement receipt, once for each `closing.id`; None where the gateway has no such call.

        `GatewayRefusedError` rather than risk issuing it twice."""

    def fetch_receipt(self, receipt_id: str) -> GatewayReceipt | None:
        """How the registration of a closing receipt goes; None where the gateway does not say."""

    def receipt_status(self, gateway_payment_id: str, refund: RefundOrder | None = None) -> ReceiptStatus | None:
        """How the receipt of a payment is registered, or of one of its refunds; None where the gateway does not say."""

    def list_payments(self, since: datetime, until: datetime) -> list[GatewayPayment] | None:
        """Every payment created in [since, until); None where the gateway has no list."""
