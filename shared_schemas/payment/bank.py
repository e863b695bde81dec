"""Contracts of bank statements: the file of 1C's exchange with banks, and the payments in it."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from shared_schemas.common import Contract, Day, FieldProblem, Instant, Money
from shared_schemas.errors import Text
from shared_schemas.payment.payments import PositiveMoney
from shared_schemas.texts import Cursor, Document, Reason, Said
from shared_schemas.validation import refuse

BankLineState = Literal["open", "matched", "set_aside"]
Ground = Literal["number", "inn", "sum"]
LARGEST = 1_400_000
"""Bytes of a file."""
Base64 = Annotated[str, Document(LARGEST * 4 // 3 + 4, 1), Field(examples=["MUNDbGllbnRCYW5rRXhjaGFuZ2U="])]
ONE_FILE = Text(
    "Give the file in base64 or as text, one of them", "Передайте файл одним способом: в base64 или текстом"
)


class BankStatementRequest(Contract):
    """A file as the bank gave it, in base64, or its text if it was read already."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"base64": "MUNDbGllbnRCYW5rRXhjaGFuZ2U="}]})

    base64: (
        Annotated[str, Document(LARGEST * 4 // 3 + 4, 1), Field(examples=["MUNDbGllbnRCYW5rRXhjaGFuZ2U="])] | None
    ) = None
    text: Annotated[str, Document(LARGEST, 1), Field(examples=["1CClientBankExchange"])] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.base64 is None) == (self.text is None):
            raise refuse("one_file", ONE_FILE)
        return self


class Proposal(Contract):
    """An open invoice that a payment may be for. `grounds`: the purpose has its number, the payer the company's INN,
    the sum is what is left to pay. `certain` has the number and the sum; of all else a person decides."""

    invoice_id: UUID
    number: str
    company: str
    left: Money
    grounds: list[Ground]
    certain: bool


class BankPayment(Contract):
    """Money that came to the studio's account, as the bank tells it."""

    account: str
    number: str
    """Of the payment order, which is the payer's own: not unique."""
    date: Day
    received_on: Day
    amount: Money
    payer: Said
    payer_inn: str = ""
    purpose: Said


class StatementRow(BankPayment):
    """A payment of a file, by the `line` where it begins. `seen`: an earlier file, or this one further up, has it, as
    `errors` say: `bank_payment_known` or `bank_payment_repeated`. It is not counted again."""

    line: int
    id: UUID | None = None
    """Where it is kept; absent in a preview of what is new."""
    seen: bool = False
    errors: list[FieldProblem] = Field(default=[])
    proposals: list[Proposal] = Field(default=[])


class BankStatement(Contract):
    """What a file has: payments to the studio's account, and how many others there are, which are left out."""

    account: str
    first_day: Day | None = None
    last_day: Day | None = None
    rows: list[StatementRow]
    others: int
    """Payments that the studio made, or that have not arrived."""


class BankLine(BankPayment):
    """A payment that is kept: `open` until all of it is counted towards invoices or it is set aside."""

    id: UUID
    state: BankLineState
    used: Money = Money(amount=0)
    left: Money
    imported_at: Instant
    set_aside_reason: Said | None = None
    proposals: list[Proposal] = Field(default=[])
    """Of one that is open."""


class BankLinesQuery(Contract):
    """Which payments to list, those that were imported last first."""

    state: BankLineState | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=100)


class AcceptRequest(Contract):
    """Which invoice it is for. `amount` is a part of it; without it all that is left of the payment."""

    invoice_id: UUID
    amount: PositiveMoney | None = None


class SetAsideRequest(Contract):
    """Why a payment is for no invoice."""

    reason: Reason
