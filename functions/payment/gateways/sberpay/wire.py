"""What Sber's acquiring answers, checked and turned into our own terms. It writes numbers both ways."""

from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from payment.gateways.port import GatewayRefusedError, GatewayUnreachableError
from payment.gateways.sberpay.webhooks import attempt_id
from payment.gateways.transport import Answer, RetryableError
from payment.gateways.words import GatewayPayment, GatewayStatus
from shared_schemas.payment.payments import PaymentMethod

REGISTERED, HELD, PAID, REVERSED, REFUNDED, AT_THE_BANK, DECLINED = range(7)
# 5 only says that the payer is at the bank's page for 3-D Secure.
STATUSES: dict[int, GatewayStatus] = {
    REGISTERED: "pending",
    HELD: "held",
    PAID: "succeeded",
    REVERSED: "failed",
    REFUNDED: "succeeded",
    AT_THE_BANK: "pending",
    DECLINED: "failed",
}
SUCCESS = "0"
DUPLICATE = "1"
NOT_FOUND = "6"
# Currency unknown, parameter missing, value wrong or access denied, no amount, no such permission, wrong features:
# nobody's doing but the shop's.
OURS = frozenset({"3", "4", "5", "12", "13", "14"})
# Also the answer where the order's state does not allow what is asked.
SYSTEM_ERROR = "7"
RUBLES = frozenset({"643", "810", "RUB"})

# Informational alone: the names have changed before, and others mean nothing to us.
WAYS: dict[str | None, PaymentMethod] = {
    "CARD": "bank_card",
    "SBP_C2B": "sbp",
    "SBRF_SBERPAY": "sberpay",
    "SBERPAY": "sberpay",
}

M = TypeVar("M", bound=BaseModel)
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Kopecks = Annotated[int, Field(ge=0, le=10**12)]


class _Model(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, coerce_numbers_to_str=True)


class _Verdict(_Model):
    """Legacy successes have no errorCode at all."""

    error_code: str | None = None
    error_message: str | None = None


class _External(_Model):
    sbp_payload: str | None = None


class Registered(_Model):
    """The answer to register.do."""

    order_id: Id
    form_url: Annotated[str, Field(pattern=r"^https?://[^\s]{1,2000}$")]
    external_params: _External | None = None


class _Amounts(_Model):
    deposited_amount: Kopecks | None = None
    refunded_amount: Kopecks | None = None


class _Attribute(_Model):
    name: str = ""
    value: str | None = None


class Order(_Model):
    """The answer to getOrderStatusExtended.do. An order asked for by number tells its id among the attributes."""

    order_number: str | None = None
    order_status: int
    action_code: str | None = None
    amount: Kopecks
    currency: str = "643"
    deposited_date: int | str | None = None
    payment_amount_info: _Amounts | None = None
    payment_way: str | None = None
    order_id: str | None = None
    md_order: str | None = None
    attributes: list[_Attribute] | None = None

    @property
    def id(self) -> str | None:
        named = (attribute.value for attribute in self.attributes or [] if attribute.name == "mdOrder")
        return self.order_id or self.md_order or next(named, None)

    @property
    def refunded(self) -> int:
        """A partial refund has the same status as a whole one: only the amount tells them apart."""
        told = self.payment_amount_info.refunded_amount if self.payment_amount_info else None
        if told is None:
            return self.amount if self.order_status == REFUNDED else 0
        return told

    @property
    def deposited_at(self) -> datetime | None:
        """Milliseconds since 1970, where it is told in a form that is known."""
        text = str(self.deposited_date)
        return datetime.fromtimestamp(int(text) / 1000, UTC) if text.isdecimal() and len(text) <= 13 else None

    def found(self, gateway_payment_id: str) -> GatewayPayment:
        """`GatewayUnreachableError` for a status that is not known: nothing may be concluded from it."""
        status = STATUSES.get(self.order_status)
        if status is None:
            raise GatewayUnreachableError(f"an unknown order status {self.order_status}")
        went_back = self.order_status == REVERSED and self._was_paid()
        return GatewayPayment(
            id=gateway_payment_id,
            status="succeeded" if went_back else status,
            amount=self._collected(),
            currency="RUB" if self.currency in RUBLES else self.currency,
            attempt_id=attempt_id(self.order_number),
            reason=None if went_back else self._reason(),
            refunded=self.amount if went_back else self.refunded,
            method=WAYS.get(self.payment_way),
        )

    def _was_paid(self) -> bool:
        """What was reversed had been taken, and was not only held: both have the same status afterwards."""
        told = self.payment_amount_info.deposited_amount if self.payment_amount_info else None
        return self.deposited_at is not None or bool(told)

    def _collected(self) -> int:
        deposited = self.payment_amount_info.deposited_amount if self.payment_amount_info else None
        return deposited if self.order_status == PAID and deposited and not self.refunded else self.amount

    def _reason(self) -> str | None:
        if self.order_status == REVERSED:
            return "reversed"
        return self.action_code if self.order_status == DECLINED else None


def checked(answer: Answer) -> bytes:
    """The body of a success. HTTP 200 says nothing here: refusals have it too, and other statuses have refusals."""
    if answer.status in (408, 429) or answer.status >= 500:
        raise RetryableError(str(answer.status))
    verdict = _verdict(answer)
    if verdict.error_code not in (None, SUCCESS):
        raise GatewayRefusedError(str(verdict.error_code), verdict.error_message or "")
    if answer.status != 200:
        raise GatewayUnreachableError(f"{answer.status} from something that is not Sber")
    return answer.body


def parsed(model: type[M], body: bytes) -> M:
    """`GatewayUnreachableError` if the answer cannot be read."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise GatewayUnreachableError("an unusable answer") from error


def _verdict(answer: Answer) -> _Verdict:
    try:
        return parsed(_Verdict, answer.body)
    except GatewayUnreachableError as error:
        if answer.status == 200:
            raise
        raise GatewayUnreachableError(f"{answer.status} from something that is not Sber") from error
