"""Contracts of invoices (счета на оплату) and acts (акты)."""

from typing import Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from shared_schemas.common import Contract, Day, Instant, LocaleCode, Money
from shared_schemas.errors import Text
from shared_schemas.payment.papers import Paper, PaperLineRequest, PaperNumber
from shared_schemas.payment.payments import PositiveMoney
from shared_schemas.texts import Cursor, Reason, Remark, Said
from shared_schemas.validation import refuse

InvoiceStatus = Literal["issued", "partly_paid", "paid", "void"]
ActStatus = Literal["issued", "void"]
NOTHING_TO_INVOICE = Text(
    "Name bookings or lines: an invoice for nothing is not issued",
    "Укажите бронирования или строки: пустой счёт не выставляют",
)
LONGEST = 50
EXAMPLE: dict[str, Any] = {
    "company_id": "7d5bb1f3-4f0c-4d6a-9a53-0c6f2ec9c1a1",
    "booking_ids": ["2f0f3c54-55d9-4c39-9e6a-5a5a4c8b7f11"],
    "lines": [{"name": "Уборка", "quantity": 1, "unit": "шт.", "price": {"amount": 150000}}],
    "due": "2026-12-05",
}


class InvoiceRequest(Contract):
    """What a company is to pay: all that is left to pay of some bookings, further lines, or both.

    The bookings' slots are held to the end of the `due` day, in the studio's time zone."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    company_id: UUID
    booking_ids: list[UUID] = Field(default=[], max_length=LONGEST)
    lines: list[PaperLineRequest] = Field(default=[], max_length=LONGEST)
    due: Day
    comment: Remark | None = None
    """Printed on the invoice."""

    @model_validator(mode="after")
    def _of_something(self) -> Self:
        if not self.booking_ids and not sum(line.quantity * line.price.amount for line in self.lines):
            raise refuse("nothing_to_invoice", NOTHING_TO_INVOICE)
        return self


class InvoicedBooking(Contract):
    """A booking of an invoice: `amount` was asked for it, `paid` was counted towards it."""

    booking_id: UUID
    number: str
    amount: Money
    paid: Money = Money(amount=0)


class Invoice(Paper):
    """An invoice. `paid` is what has come in; what of it is not counted towards a booking yet is `unassigned`.

    A held booking takes nothing below its prepayment, so a smaller part waits on the invoice for the rest."""

    id: UUID
    company_id: UUID
    status: InvoiceStatus
    due: Day
    due_at: Instant
    """When that day is over by the studio's clock: until then the slots are held."""
    bookings: list[InvoicedBooking] = Field(default=[])
    paid: Money = Money(amount=0)
    unassigned: Money = Money(amount=0)
    left: Money = Money(amount=0)
    """What is still to be paid."""
    overdue: bool = False
    comment: Said | None = None
    issued_at: Instant
    issued_by: str
    voided_at: Instant | None = None
    void_reason: Said | None = None


class InvoiceLetter(Contract):
    """What a company is written of its invoice, and where; `pdf` is the file in Base64."""

    number: str
    status: InvoiceStatus
    left: Money
    due: Day
    email: str | None = None
    locale: LocaleCode = "ru"
    pdf: str


class InvoicesQuery(Contract):
    """Which invoices to list, newest first. `open` are those that something is still to be paid of."""

    company_id: UUID | None = None
    open: bool | None = None
    number: PaperNumber | None = None
    booking_id: UUID | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)


class InvoicePaymentRequest(Contract):
    """Money that came for an invoice, by staff's word; without `amount` all that is left of it."""

    amount: PositiveMoney | None = None
    note: Remark | None = None


class VoidRequest(Contract):
    """Why a paper is not valid any more; it keeps its number."""

    reason: Reason


class ActRequest(Contract):
    """The day of the act; without it, today in the studio's time zone."""

    issued_on: Day | None = None


class Act(Paper):
    """An act of services rendered (акт): of an invoice whose visits are over."""

    id: UUID
    invoice_id: UUID
    invoice_number: str
    invoice_issued_on: Day
    company_id: UUID
    status: ActStatus
    issued_at: Instant
    issued_by: str
    voided_at: Instant | None = None
    void_reason: Said | None = None


class ActsQuery(Contract):
    """Which acts to list, newest first."""

    invoice_id: UUID | None = None
    company_id: UUID | None = None
    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)
