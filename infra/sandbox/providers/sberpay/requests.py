"""Request fields, the same for both interfaces; forms have numbers as text."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from infra.sandbox.providers.sberpay.bundles import check_sums
from infra.sandbox.providers.sberpay.errors import INVALID, NO_AMOUNT, SberError
from infra.sandbox.providers.sberpay.wire import Wire
from infra.sandbox.requests.bodies import first_fault
from infra.sandbox.requests.web_address import callback_address, web_address

MOSCOW = ZoneInfo("Europe/Moscow")
SESSION_SECONDS = 1200
LONGEST_NUMBER: dict[Wire, int] = {"partner": 36, "legacy": 32}
SBP_CODE = "DYNAMIC_QR_SBP"
Model = TypeVar("Model", bound="Request")
WebAddress = Annotated[str, Field(max_length=512), AfterValidator(web_address)]
CallbackAddress = Annotated[str, Field(max_length=512), AfterValidator(callback_address)]
Kopecks = Annotated[int, Field(ge=0, lt=10**12)]
Number = Annotated[str, Field(min_length=1, max_length=36)]


class Request(BaseModel):
    """What it does not name is allowed and left alone."""

    model_config = ConfigDict(alias_generator=to_camel, coerce_numbers_to_str=True)

    json_params: dict[str, Any] = Field(default_factory=dict)


class Register(Request):
    order_number: Number
    amount: Annotated[Kopecks, Field(gt=0)]
    currency: Literal["643", "810"] = "643"
    return_url: WebAddress
    fail_url: WebAddress | None = None
    description: Annotated[str, Field(max_length=512)] | None = None
    session_timeout_secs: Annotated[int, Field(gt=0, le=90 * 86400)] = SESSION_SECONDS
    expiration_date: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")] | None = None
    dynamic_callback_url: CallbackAddress | None = None
    order_bundle: dict[str, Any] | None = None

    @property
    def by_code(self) -> bool:
        """Whether the shop wants a code of the Faster Payments System."""
        return self.json_params.get("qrType") == SBP_CODE

    def deadline(self, now: datetime) -> datetime:
        """Until when the link works; an explicit date, of Moscow's clocks, comes first."""
        if self.expiration_date is None:
            return now + timedelta(seconds=self.session_timeout_secs)
        try:
            until = datetime.fromisoformat(self.expiration_date).replace(tzinfo=MOSCOW)
        except ValueError:
            raise SberError(INVALID, "expirationDate: нет такой даты") from None
        if until <= now:
            raise SberError(INVALID, "expirationDate: дата прошла")
        return until


class OfOrder(Request):
    order_id: Number | None = None
    order_number: Number | None = None
    language: str = "ru"


class OfPart(Request):
    """`deposit`, `reverse` and `refund`: of all where the amount is zero or left out."""

    order_id: Number
    amount: Kopecks = 0
    order_bundle: dict[str, Any] | None = None

    @property
    def external_refund_id(self) -> str | None:
        given = self.json_params.get("externalRefundId")
        if given is None:
            return None
        if not isinstance(given, str) or not 1 <= len(given) <= 36:
            raise SberError(INVALID, "externalRefundId: от 1 до 36 знаков")
        return given


class OfReceipt(Request):
    """Which order or receipt is meant, and what a new one says."""

    order_id: Number | None = None
    md_order: Number | None = None
    order_number: Number | None = None
    receipt_id: str | None = None
    order_bundle: dict[str, Any] | None = None


class ToClose(OfReceipt):
    amount: Kopecks = 0


class ToRetry(Request):
    receipt_id: list[str]


@dataclass(frozen=True)
class Done:
    """The order, and what to say of it beside the outcome."""

    payment_id: str
    fields: dict[str, Any]
    refusal: str | None = None
    """Why the bank did not do what was right to ask; what happened is kept all the same."""


def register(document: dict[str, Any], wire: Wire) -> Register:
    if document.get("amount") in (None, ""):
        raise SberError(NO_AMOUNT)
    asked = parse(Register, document)
    if len(asked.order_number) > LONGEST_NUMBER[wire]:
        raise SberError(INVALID, f"orderNumber: не длиннее {LONGEST_NUMBER[wire]} знаков")
    check_sums(asked.order_bundle, asked.amount)
    return asked


def parse(model: type[Model], document: dict[str, Any]) -> Model:
    """The request, or a refusal that names the first field that is wrong."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        where, what = first_fault(error)
        raise SberError(INVALID, f"{where}: {what}") from error
