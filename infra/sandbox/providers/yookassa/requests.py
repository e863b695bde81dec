"""Request bodies, as strict as YooKassa is about what a payment needs."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, Field, StrictBool, StrictInt, StrictStr, ValidationError

from infra.sandbox.money import kopecks
from infra.sandbox.providers.yookassa.errors import invalid
from infra.sandbox.requests.bodies import first_fault
from infra.sandbox.requests.web_address import web_address

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
    type: Literal["redirect", "embedded", "external", "qr", "mobile_application"]
    return_url: Annotated[StrictStr, Field(max_length=2048), AfterValidator(web_address)] | None = None


class PaymentMethodData(BaseModel):
    type: Method


class ReceiptItem(BaseModel):
    """One line; `amount` is of one unit."""

    description: Annotated[StrictStr, Field(min_length=1, max_length=128)]
    quantity: Annotated[Decimal, Field(gt=0, max_digits=8, decimal_places=3)]
    amount: Amount
    vat_code: Annotated[StrictInt, Field(ge=1, le=12)]
    payment_subject: StrictStr | None = None
    payment_mode: StrictStr | None = None

    @property
    def kopecks(self) -> int:
        return int((self.amount.kopecks * self.quantity).to_integral_value(ROUND_HALF_UP))


class Customer(BaseModel):
    full_name: StrictStr | None = None
    inn: StrictStr | None = None
    email: StrictStr | None = None
    phone: Annotated[StrictStr, Field(pattern=r"^\d{10,15}$")] | None = None


class ReceiptData(BaseModel):
    """The receipt of a payment or a refund."""

    customer: Customer
    items: Annotated[list[ReceiptItem], Field(min_length=1, max_length=100)]
    tax_system_code: Annotated[StrictInt, Field(ge=1, le=6)] | None = None

    @property
    def total(self) -> int:
        return sum(item.kopecks for item in self.items)


class Settlement(BaseModel):
    type: Literal["cashless", "prepayment", "postpayment", "consideration"]
    amount: Amount


class CreateReceipt(ReceiptData):
    """`POST /receipts`."""

    type: Literal["payment", "refund"]
    payment_id: StrictStr | None = None
    refund_id: StrictStr | None = None
    send: Literal[True]
    settlements: Annotated[list[Settlement], Field(min_length=1)]


class CreatePayment(BaseModel):
    """`POST /payments`; fields that the sandbox has no use for are allowed and left alone."""

    amount: Amount
    confirmation: Confirmation
    capture: StrictBool = False
    description: Annotated[StrictStr, Field(max_length=128)] | None = None
    metadata: Metadata | None = None
    payment_method_data: PaymentMethodData | None = None
    receipt: ReceiptData | None = None

    @property
    def method(self) -> str | None:
        return self.payment_method_data.type if self.payment_method_data else None


class CapturePayment(BaseModel):
    amount: Amount | None = None
    receipt: ReceiptData | None = None


class CreateRefund(BaseModel):
    payment_id: StrictStr
    amount: Amount
    description: Annotated[StrictStr, Field(max_length=250)] | None = None
    metadata: Metadata | None = None
    receipt: ReceiptData | None = None


def check_receipt(receipt: ReceiptData | None, amount: int) -> None:
    """Somebody gets it, and its lines make up the sum."""
    if receipt is None:
        return
    if not (receipt.customer.email or receipt.customer.phone):
        raise invalid("The receipt needs an email or a phone to go to", "receipt.customer")
    if receipt.total != amount:
        raise invalid("The receipt's items do not make up the amount", "receipt.items")


def parse(model: type[Model], document: Any) -> Model:
    """The request, or a refusal that names the first field that is wrong."""
    if not isinstance(document, dict):
        raise invalid("Expected a JSON object")
    try:
        return model.model_validate(document)
    except ValidationError as error:
        where, what = first_fault(error)
        raise invalid(what, where) from error


def create_payment(document: Any) -> CreatePayment:
    request = parse(CreatePayment, document)
    check_receipt(request.receipt, request.amount.kopecks)
    if request.method == "sbp":
        if not request.capture:
            raise invalid("SBP payments cannot be held: capture must be true", "capture")
        if not SBP_LEAST <= request.amount.kopecks <= SBP_MOST:
            raise invalid("An SBP payment is 1 to 700000 rubles", "amount.value")
    return request
