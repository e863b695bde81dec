"""What a price, a rate and a share may be."""

from typing import Annotated

from pydantic import AfterValidator, Field

from shared_schemas.common import Money
from shared_schemas.errors import Text
from shared_schemas.validation import refuse

Percent = Annotated[int, Field(ge=0, le=100)]


def _exact_quarter(value: Money) -> Money:
    if value.amount % 4:
        raise refuse(
            "not_divisible",
            Text(
                "The price must be divisible by {divisor} kopecks, so that 15 minutes have an exact price",
                "Цена должна делиться на {divisor} копейки, чтобы у 15 минут была точная цена",
            ),
            divisor=4,
        )
    return value


def _sellable(value: Money) -> Money:
    if value.amount > MAX_PRICE:
        raise refuse(
            "price_too_high",
            Text("The price must be at most {max:money}", "Цена должна быть не больше {max:money}"),
            max=MAX_PRICE,
        )
    return value


MAX_PRICE = 2_000_000_000
SellingPrice = Annotated[Money, AfterValidator(_sellable)]
HourlyRate = Annotated[SellingPrice, AfterValidator(_exact_quarter)]


def either(text: Text, *values: object) -> None:
    """Exactly one of the values must be given."""
    if sum(value is not None for value in values) != 1:
        raise refuse("exactly_one_of", text)
