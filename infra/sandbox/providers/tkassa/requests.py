"""Request bodies of API v2. Ids may come as strings or as numbers."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError
from pydantic.alias_generators import to_pascal

from infra.sandbox.providers.tkassa.errors import INVALID, NO_RECEIPT, RECEIPT_SUM, TOO_LITTLE, TKassaError
from infra.sandbox.requests.bodies import first_fault
from infra.sandbox.requests.web_address import callback_address, web_address

LEAST = 100
PREPAID = ("full_prepayment", "prepayment", "advance")
LINK_LIFE = timedelta(days=1)
SHORTEST_LINK = timedelta(minutes=1)
LONGEST_LINK = timedelta(days=90)
Model = TypeVar("Model", bound="Request")
WebAddress = Annotated[StrictStr, Field(max_length=2048), AfterValidator(web_address)]
CallbackAddress = Annotated[StrictStr, Field(max_length=2048), AfterValidator(callback_address)]
Kopecks = Annotated[StrictInt, Field(ge=0, lt=10**12)]
Id = Annotated[str, Field(min_length=1, max_length=36)]
DataName = Annotated[StrictStr, Field(min_length=1, max_length=20)]
DataValue = Annotated[str, Field(max_length=100)]


class Request(BaseModel):
    """What it does not name is allowed and left alone."""

    model_config = ConfigDict(alias_generator=to_pascal, coerce_numbers_to_str=True)


class Item(Request):
    name: Annotated[StrictStr, Field(min_length=1, max_length=128)]
    price: Kopecks
    quantity: Annotated[float, Field(gt=0)]
    amount: Kopecks
    tax: Literal[
        "none", "vat0", "vat5", "vat7", "vat10", "vat20", "vat22",
        "vat105", "vat107", "vat110", "vat120", "vat122",
    ]  # fmt: skip
    payment_method: str = "full_payment"
    payment_object: str = "commodity"


class Receipt(Request):
    taxation: Literal["osn", "usn_income", "usn_income_outcome", "esn", "patent"]
    email: Annotated[StrictStr, Field(max_length=64)] | None = None
    phone: Annotated[StrictStr, Field(pattern=r"^\+\d{10,19}$")] | None = None
    items: Annotated[list[Item], Field(min_length=1, max_length=100)]


class Init(Request):
    amount: Kopecks
    order_id: Id
    description: Annotated[StrictStr, Field(max_length=140)] | None = None
    pay_type: Literal["O", "T"] = "O"
    notification_url: CallbackAddress | None = Field(None, alias="NotificationURL")
    success_url: WebAddress | None = Field(None, alias="SuccessURL")
    fail_url: WebAddress | None = Field(None, alias="FailURL")
    redirect_due_date: AwareDatetime | None = None
    data: Annotated[dict[DataName, DataValue], Field(max_length=20)] | None = Field(None, alias="DATA")
    receipt: dict[str, Any] | None = None

    def deadline(self, now: datetime) -> datetime:
        """Until when the link works."""
        due = self.redirect_due_date
        if due is None:
            return now + LINK_LIFE
        if not SHORTEST_LINK <= due - now <= LONGEST_LINK:
            raise TKassaError(INVALID, "RedirectDueDate: от минуты до 90 дней")
        return due


class OfPayment(Request):
    payment_id: Id


class OfPart(OfPayment):
    """`Confirm` and `Cancel`: of all, or of a part."""

    amount: Kopecks | None = None
    receipt: dict[str, Any] | None = None
    external_request_id: Annotated[StrictStr, Field(max_length=256)] | None = None


class GetQr(OfPayment):
    data_type: Literal["PAYLOAD", "IMAGE"] = "PAYLOAD"


class CheckOrder(Request):
    order_id: Id


class ClosingReceipt(OfPayment):
    receipt: dict[str, Any] | None = None


def parse(model: type[Model], document: dict[str, Any]) -> Model:
    """The request, or a refusal that names the first field that is wrong."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        where, what = first_fault(error)
        raise TKassaError(INVALID, f"{where}: {what}") from error


def check_amount(amount: int) -> int:
    if amount < LEAST:
        raise TKassaError(TOO_LITTLE)
    return amount


def check_receipt(document: dict[str, Any] | None, amount: int | None) -> None:
    """A receipt is well-formed and its items make up the amount; `amount` None asks for no sum."""
    if document is None:
        return
    items = parse(Receipt, document).items
    if amount is not None and sum(item.amount for item in items) != amount:
        raise TKassaError(RECEIPT_SUM)


def closing_receipt(document: dict[str, Any] | None) -> dict[str, Any]:
    """A receipt that brings no money of its own: all of it was prepaid.

    The real gateway takes one without `Payments` and then tells the tax service of cashless money a second time; here
    that is refused, lest a shop finds it out from its tax return."""
    if document is None:
        raise TKassaError(NO_RECEIPT)
    check_receipt(document, None)
    lines = parse(Receipt, document).items
    paid = document.get("Payments") or {}
    if paid.get("AdvancePayment") != sum(line.amount for line in lines) or any(
        sum_ for name, sum_ in paid.items() if name != "AdvancePayment"
    ):
        raise TKassaError(RECEIPT_SUM, "Receipt.Payments: AdvancePayment закрывает весь чек, остальные суммы равны 0")
    if any(line.payment_method in PREPAID for line in lines):
        raise TKassaError(INVALID, "Receipt.Items: PaymentMethod закрывающего чека не может быть предоплатой")
    return document
