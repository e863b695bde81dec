"""What the payment service needs of a gateway. Amounts are kopecks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from payment.gateways.fiscal_words import PaymentMode, Receipt, ReceiptStatus
from payment.gateways.privacy import spoken
from payment.gateways.words import GatewayPayment, GatewayRefund, PaymentOrder, RefundOrder
from shared_schemas.payment.payments import PaymentMethod


@dataclass(frozen=True)
class WebhookRequest:
    """A notification as received; `headers` by lower-case names, `query` still encoded."""

    body: bytes
    method: str = "POST"
    query: str = ""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReceiptNotice:
    """A gateway's signed notice about a receipt of `amount` kopecks, for money in or money back.

    `mode` distinguishes a settlement from the prepayment before it."""

    status: ReceiptStatus
    is_refund: bool
    amount: int
    mode: PaymentMode | None = None


@dataclass(frozen=True)
class Notification:
    """A webhook's claim: a hint to ask the gateway about `gateway_payment_id`, or news of a `receipt`.

    Gateways send no event id, so `event`, `object_id` and `status` together identify a notification. `returned` is how
    much it says was refunded, in kopecks, if that is signed."""

    event: str
    object_id: str
    status: str
    gateway_payment_id: str
    attempt_id: str | None
    receipt: ReceiptNotice | None = None
    returned: int | None = None

    @property
    def receipted(self) -> int | None:
        """How much went back by the receipt that it tells of, in kopecks, if it does tell of such a one."""
        told = self.receipt
        return told.amount if told and told.is_refund and told.status == "succeeded" else None

    @property
    def may_come_again(self) -> bool:
        """Whether an equal notification may report something new: a second partial refund."""
        return self.event.lower().rpartition("_")[2] in ("refunded", "reversed")


@dataclass(frozen=True)
class Acknowledgement:
    """The answer after which a gateway does not deliver a notification again."""

    body: str = ""
    content_type: str = "text/plain"
    status: int = 200


@dataclass(frozen=True)
class ClosingReceipt:
    """The receipt of a visit that was prepaid; `id` is saved before the gateway is called.

    `tried` says that an earlier call may have reached the gateway; `age` is how long ago it was planned. `others` are
    the gateway's ids of the closing receipts of other visits that the same payment paid for."""

    id: UUID
    gateway_payment_id: str
    receipt: Receipt
    tried: bool = False
    age: timedelta = timedelta()
    others: frozenset[str] = frozenset()


@dataclass(frozen=True)
class GatewayReceipt:
    """A receipt as its gateway knows it."""

    id: str
    status: ReceiptStatus


class GatewayUnreachableError(Exception):
    """No usable answer. The outcome of the request is unknown: repeat it with the same key."""


class RequestNeverSentError(GatewayUnreachableError):
    """No connection was made: the gateway cannot have received the request."""


class NotYetError(RequestNeverSentError):
    """It cannot be done now: the gateway was not asked to, and it is tried again later."""


class GatewayFaultError(GatewayUnreachableError):
    """The gateway refuses for a reason that we must fix: access, a receipt, a field. Nothing fails for good, and the
    same
    request succeeds after the repair.

    `code` and `words` are the gateway's own, without personal data. `general`: it affects every call, not only this
    one."""

    def __init__(self, code: str, words: str = "", *, general: bool = False) -> None:
        self.code = code
        self.words = spoken(words)
        self.general = general
        super().__init__(f"{code}: {self.words}" if self.words else code)


class GatewayRefusedError(Exception):
    """The gateway's final refusal; `code` is its own code for the reason, `detail` its message."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = spoken(detail)
        super().__init__(f"{code}: {self.detail}" if self.detail else code)


class LinkLostError(GatewayRefusedError):
    """The payment was created, but the address of its page was lost, so nobody can pay it. Start a new attempt."""

    word = "link_lost"

    def __init__(self) -> None:
        super().__init__(self.word)


class MethodNotOfferedError(GatewayRefusedError):
    """The gateway does not offer this method of payment, or not in this way."""

    def __init__(self, method: PaymentMethod) -> None:
        super().__init__("method_not_offered", method)


class RefundUncertainError(GatewayRefusedError):
    """The gateway's answers do not show whether the refund took place: a human must look before a repeat."""

    def __init__(self, detail: str) -> None:
        super().__init__("refund_uncertain", detail)


class NeverAskedError(RefundUncertainError):
    """The same for a refund that the gateway was never asked for: its later answers do not concern this one."""


class WebhookForgedError(Exception):
    """The signature or token is missing or wrong."""


class WebhookMalformedError(ValueError):
    """Not a notification of this gateway."""


class Gateway(Protocol):
    """One payment gateway. Calls raise `GatewayUnreachableError` and `GatewayRefusedError`; all may be repeated."""

    def create(self, order: PaymentOrder, *, capture: bool = True, receipt: Receipt | None = None) -> GatewayPayment:
        """Create the order's payment; a repeat never creates a second one.

        The link is valid as long as the order if the gateway allows that; without `capture` the money is held.
        `MethodNotOfferedError`; `LinkLostError` if the payment was made but cannot be paid."""

    def fetch(self, gateway_payment_id: str) -> GatewayPayment:
        """The payment as it stands."""

    def find(self, order: PaymentOrder) -> GatewayPayment | None:
        """The order's payment by our own id, if the gateway's was lost; None if there is none."""

    def capture(self, gateway_payment_id: str, amount: int, receipt: Receipt | None = None) -> GatewayPayment:
        """Capture what is held, or a part of it: the rest is released."""

    def cancel(self, gateway_payment_id: str) -> GatewayPayment:
        """Release what is held. `GatewayRefusedError` if nothing is; it never refunds."""

    def decline(self, gateway_payment_id: str) -> bool:
        """Make an unpaid link unpayable; False if the gateway cannot, or not any more."""

    def refund(self, order: RefundOrder) -> GatewayRefund:
        """Give money back, once for each `order.id`. `RefundUncertainError` rather than risk doing it twice."""

    def fetch_refund(self, order: RefundOrder) -> GatewayRefund:
        """The current state of a pending refund."""

    def parse_webhook(self, request: WebhookRequest) -> Notification | None:
        """What a webhook says, after checking its signature; None if it is not about a payment's status.

        `WebhookForgedError`, `WebhookMalformedError`, and nothing else."""

    def acknowledge(self) -> Acknowledgement:
        """How to answer a notification that is stored."""

    def closing_receipt(self, closing: ClosingReceipt) -> GatewayReceipt | None:
        """Issue the settlement receipt, once for each `closing.id`; None if the gateway has no such call.

        `GatewayRefusedError` rather than risk issuing it twice."""

    def fetch_receipt(self, receipt_id: str) -> GatewayReceipt | None:
        """The registration of a closing receipt; None if the gateway does not report it."""

    def receipt_status(self, gateway_payment_id: str, refund: RefundOrder | None = None) -> ReceiptStatus | None:
        """The registration of the receipt of a payment or of one of its refunds; None if the gateway does not report
        it."""

    def list_payments(self, since: datetime, until: datetime) -> list[GatewayPayment] | None:
        """Every payment created in [since, until); None if the gateway has no list."""
