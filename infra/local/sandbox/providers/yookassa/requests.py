"""Request bodies, as strict as YooKassa is about what a payment needs."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, Field, StrictBool, StrictStr, ValidationError

from infra.local.sandbox.money import kopecks
from infra.local.sandbox.providers.yookassa.errors import invalid
from infra.local.sandbox.web_address import web_address

Model = TypeVar("Model", bound=BaseModel)
SBP_MOST = 700_000_00
SBP_LEAST = 1_00


def _positive(rubles: str) -> str:
    if kopecks(rubles) == 0:
        raise ValueError("the amount must be greater than zero")
    return rubles


Value = Annotated[StrictStr, AfterValidator(_positive)]
MetadataKey = Annotated[StrictStr, Field(min_length=1, max_length=32)]
MetadataValue = Annotated[StrictStr, Field(max_length=512)]
Metadata = Annotated[dict[MetadataKey, MetadataValue], Field(max_length=16)]
Method = Literal["bank_card", "sbp", "sberbank", "tinkoff_bank", "yoo_money"]


class Amount(BaseModel):
    value: Value
    currency: Literal["RUB"]

    @property
    def kopecks(self) -> int:
        return kopecks(self.value)


class Confirmation(BaseModel):
    type: Literal["redirect"]
    return_url: Annotated[StrictStr, Field(max_length=2048), AfterValidator(web_address)]


class PaymentMethodData(BaseModel):
    type: Method


class CreatePayment(BaseModel):
    """`POST /payments`; fields that the sandbox has no use for are allowed and left alone."""

    amount: Amount
    confirmation: Confirmation
    capture: StrictBool = False
    description: Annotated[StrictStr, Field(max_length=128)] | None = None
    metadata: Metadata | None = None
    payment_method_data: PaymentMethodData | None = None
    receipt: dict[str, Any] | None = None

    @property
    def method(self) -> str | None:
        return self.payment_method_data.type if self.payment_method_data else None


class CapturePayment(BaseModel):
    amount: Amount | None = None


class CreateRefund(BaseModel):
    payment_id: StrictStr
    amount: Amount
    description: Annotated[StrictStr, Field(max_length=250)] | None = None
    metadata: Metadata | None = None


def parse(model: type[Model], document: Any) -> Model:
    """The request, or a refusal that names the first field that is wrong."""
    if not isinstance(document, dict):
        raise invalid("Expected a JSON object")
    try:
        return model.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise invalid(first["msg"], ".".join(str(part) for part in first["loc"])) from error


def create_payment(document: Any) -> CreatePayment:
    request = parse(CreatePayment, document)
    if request.method == "sbp":
        if not request.capture:
            raise invalid("SBP payments cannot be held: capture must be true", "capture")
        if not SBP_LEAST <= request.amount.kopecks <= SBP_MOST:
            raise invalid("An SBP payment is 1 to 700000 rubles", "amount.value")
    return request
