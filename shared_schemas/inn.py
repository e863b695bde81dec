"""INN, the number of a taxpayer: 10 digits of a company, 12 of a person, the last of them check digits."""

from typing import Annotated

from pydantic import AfterValidator, Field

from shared_schemas.errors import Text
from shared_schemas.texts import Line
from shared_schemas.validation import refuse

EXAMPLE = "7707083893"
INVALID = Text(
    "An INN of 10 or 12 digits is needed, such as {example}; check the digits",
    "Нужен ИНН из 10 или 12 цифр, например {example}; проверьте цифры",
)
COMPANY = (2, 4, 10, 3, 5, 9, 4, 6, 8)
PERSON = ((7, 2, 4, 10, 3, 5, 9, 4, 6, 8), (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))


def is_inn(value: str) -> bool:
    """Whether its check digits are right (order of the tax service of 2012, ММВ-7-6/435@)."""
    digits = [int(digit) for digit in value]
    if len(digits) == 10:
        return _fits(digits, COMPANY)
    return len(digits) == 12 and all(_fits(digits, weights) for weights in PERSON)


def _fits(digits: list[int], weights: tuple[int, ...]) -> bool:
    """Whether the digit behind those that are weighed checks them."""
    weighed = sum(weight * digit for weight, digit in zip(weights, digits, strict=False))
    return weighed % 11 % 10 == digits[len(weights)]


def _checked(value: str) -> str:
    if not is_inn(value):
        raise refuse("invalid_inn", INVALID, example=EXAMPLE)
    return value


Inn = Annotated[
    str, Line(12, 10, pattern="^([0-9]{10}|[0-9]{12})$"), AfterValidator(_checked), Field(examples=[EXAMPLE])
]
