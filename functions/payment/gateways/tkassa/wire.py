"""What T-Kassa's API v2 answers, checked and turned into our own terms. It writes numbers and booleans both ways."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_pascal

from core.observability import logger
from payment.gateways.port import GatewayFaultError, GatewayRefusedError, GatewayUnreachableError
from payment.gateways.privacy import said
from payment.gateways.tkassa.codes import codes
from payment.gateways.transport import Answer, RetryableError
from payment.gateways.words import GatewayPayment, GatewayStatus
from shared_schemas.payment.payments import PaymentMethod

# REJECTED and AUTH_FAIL are no end: the payer may try again on the form until the link dies.
STATUSES: dict[str, GatewayStatus] = {
    "NEW": "pending",
    "FORM_SHOWED": "pending",
    "AUTHORIZING": "pending",
    "3DS_CHECKING": "pending",
    "3DS_CHECKED": "pending",
    "PAY_CHECKING": "pending",
    "REJECTED": "pending",
    "AUTH_FAIL": "pending",
    "UNKNOWN": "pending",
    "AUTHORIZED": "held",
    "CONFIRMING": "held",
    "REVERSING": "held",
    "PARTIAL_REVERSED": "held",
    "CONFIRMED": "succeeded",
    "REFUNDING": "succeeded",
    "ASYNC_REFUNDING": "succeeded",
    "PARTIAL_REFUNDED": "succeeded",
    "REFUNDED": "succeeded",
    "REVERSED": "failed",
    "CANCELED": "failed",
    "DEADLINE_EXPIRED": "failed",
    "ATTEMPTS_EXPIRED": "failed",
}
# What is told of a refund once it is done.
RETURNED = frozenset({"REFUNDED", "PARTIAL_REFUNDED"})
# `Source` among the `Params` of GetState, in small letters.
SOURCES: dict[str, PaymentMethod] = {
    "cards": "bank_card",
    "sbp": "sbp",
    "sbpqr": "sbp",
    "qrsbp": "sbp",
    "tinkoffpay": "tpay",
    "tpay": "tpay",
}
# No money has moved: the only states in which a link may be cancelled.
UNPAID = frozenset({"NEW", "FORM_SHOWED", "REJECTED", "AUTH_FAIL"})
REFUND_UNDER_WAY = frozenset({"REFUNDING", "ASYNC_REFUNDING"})
# How much went back is not said.
VAGUE = REFUND_UNDER_WAY | {"PARTIAL_REFUNDED"}

DUPLICATE = codes("duplicate")
NOT_FOUND = codes("unknown")
BAD_CREDENTIALS = codes("access")
LATER = codes("later")
UNCLEAR = codes("unclear")
OURS = codes("ours")

M = TypeVar("M", bound=BaseModel)
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Word = Annotated[str, Field(pattern=r"^[A-Z0-9_]{1,64}$")]
Mark = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{0,64}$")]
Kopecks = Annotated[int, Field(ge=0, le=10**12)]


class _Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_pascal, coerce_numbers_to_str=True)


class _Param(_Model):
    key: str = ""
    value: str = ""


class Payment(_Model):
    """A payment's state, from Init, GetState or an item of CheckOrder."""

    payment_id: Id
    status: Word
    amount: Kopecks
    order_id: str | None = None
    payment_url: str | None = Field(default=None, alias="PaymentURL")
    error_code: str = "0"
    params: list[_Param] | None = None

    @property
    def method(self) -> PaymentMethod | None:
        """How it was paid, where the gateway says so in words that are known."""
        sources = (param.value.lower() for param in self.params or () if param.key == "Source")
        return next((SOURCES[source] for source in sources if source in SOURCES), None)

    def found(self, order_id: str | None = None) -> GatewayPayment:
        """`GatewayUnreachableError` for a status that is not known: nothing may be concluded from it."""
        status = STATUSES.get(self.status)
        if status is None:
            raise GatewayUnreachableError(f"an unknown status {self.status}")
        return GatewayPayment(
            id=self.payment_id,
            status=status,
            amount=self.amount,
            currency="RUB",
            attempt_id=self.order_id or order_id,
            confirmation_url=self.payment_url,
            reason=self._reason(status),
            refunded=self._refunded(),
            method=self.method,
        )

    def _reason(self, status: GatewayStatus) -> str | None:
        if status == "failed":
            return self.status.lower()
        return self.error_code if self.error_code != "0" else None

    def _refunded(self) -> int | None:
        if self.status in VAGUE:
            return None
        return self.amount if self.status == "REFUNDED" else 0


class Order(_Model):
    """All payments under one OrderId."""

    order_id: str | None = None
    payments: list[Payment] = []


class Cancelled(_Model):
    """The answer to Cancel; the amounts are those left of the payment before and after."""

    status: Word
    original_amount: Kopecks | None = None
    new_amount: Kopecks | None = None

    @property
    def back(self) -> int | None:
        """What this very call gives back, in kopecks; None if that is not said."""
        if self.original_amount is None or self.new_amount is None:
            return None
        return self.original_amount - self.new_amount


class Qr(_Model):
    """The answer to GetQr."""

    data: Annotated[str, Field(pattern=r"^https?://[^\s]{1,2000}$")]


class Notification(_Model):
    """A notification about a payment, or about something else on the same address."""

    terminal_key: str
    status: Word | None = None
    notification_type: str | None = None
    payment_id: Id | None = None
    order_id: str | None = None
    amount: Kopecks | None = None

    @property
    def returned(self) -> int | None:
        return self.amount if self.status in RETURNED else None


class _ReceiptLine(_Model):
    amount: Kopecks
    payment_method: str = ""


class _Receipt(_Model):
    items: list[_ReceiptLine] = []


class ReceiptNotification(_Model):
    """A notification that a receipt was registered, or could not be."""

    payment_id: Id
    order_id: str | None = None
    success: bool = False
    amount: Kopecks = 0
    type: Mark = "Income"
    fn_number: Mark = ""
    fiscal_document_number: Mark = ""
    receipt: _Receipt = _Receipt()

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.receipt.items) or self.amount


class _Verdict(_Model):
    success: bool
    error_code: str
    message: str | None = None
    details: str | None = None


def checked(answer: Answer) -> bytes:
    """The body of a success. The body has the word, and not the HTTP status: refusals come with 200 as well as 400."""
    verdict = _verdict(answer)
    code, words = verdict.error_code, said(verdict.message, verdict.details)
    if verdict.success and code == "0":
        if answer.status != 200:
            raise GatewayUnreachableError(f"a success with status {answer.status}")
        return answer.body
    if code in UNCLEAR:
        logger.error("T-Kassa is broken inside, or does not accept the token", code=code)
    if code in LATER | UNCLEAR:
        raise RetryableError(f"error {code}")
    if code in BAD_CREDENTIALS:
        raise GatewayFaultError(code, words, general=True)
    if code in OURS:
        raise GatewayFaultError(code, words)
    raise GatewayRefusedError(code if code != "0" else "unknown", words)


def _verdict(answer: Answer) -> _Verdict:
    """What the answer says of itself, where it is T-Kassa's at all."""
    try:
        return _Verdict.model_validate_json(answer.body)
    except ValidationError as error:
        if answer.status in (408, 429) or answer.status >= 500:
            raise RetryableError(str(answer.status)) from error
        raise GatewayUnreachableError(f"{answer.status} from something that is not T-Kassa") from error


def parsed(model: type[M], body: bytes) -> M:
    """`GatewayUnreachableError` if the answer cannot be read."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise GatewayUnreachableError("an unusable answer") from error
