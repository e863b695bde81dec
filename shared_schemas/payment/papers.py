"""Contracts of what invoices and acts have in common: parties, lines, VAT."""

from typing import Annotated, Literal

from pydantic import Field

from shared_schemas.common import Contract, Day, Kopecks, Money
from shared_schemas.errors import Text
from shared_schemas.inn import Inn
from shared_schemas.requisites import LegalName, Requisites
from shared_schemas.texts import Line
from shared_schemas.validation import Shape

PaperKind = Literal["invoice", "act"]
PaperNumber = Annotated[
    str,
    Line(20),
    Shape(
        "^20[0-9]{2}-[0-9]{1,7}$",
        "invalid_paper_number",
        Text("Give the number of a paper, such as {example}", "Укажите номер документа, например {example}"),
        example="2026-17",
    ),
]
Unit = Annotated[str, Line(20, 1), Field(examples=["шт."])]


class Party(Requisites):
    """Who sells or buys, as the paper says it; later changes of the company do not change papers."""

    name: LegalName
    inn: Inn
    signer: str | None = None
    signer_position: str | None = None


class PaperLineRequest(Contract):
    """A line in staff's own words; `price` is of one unit."""

    name: Annotated[str, Line(128, 1), Field(examples=["Аренда зала, 2 часа"])]
    quantity: int = Field(default=1, ge=1, le=10_000)
    unit: Unit = "шт."
    price: Money


class PaperLine(Contract):
    """What is sold; `amount` is the whole line's."""

    name: str
    quantity: int = 1
    unit: Unit = "шт."
    amount: Money


class Paper(Contract):
    """What a paper says. `vat` is `none`, or the rate that is in `total` already."""

    number: str = Field(examples=["2026-17"])
    """The year and the number in it. Numbers have no gaps, and a paper that was voided keeps its own."""
    issued_on: Day
    seller: Party
    buyer: Party
    lines: list[PaperLine]
    total: Money
    vat: str = Field(examples=["none"])
    vat_amount: Money = Money(amount=0)


def line_amount(request: PaperLineRequest) -> Kopecks:
    """In kopecks."""
    return request.quantity * request.price.amount
