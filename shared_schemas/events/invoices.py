"""Events of what companies are sent: invoices and acts."""

from uuid import UUID

from shared_schemas.common import Day, Money
from shared_schemas.events.envelope import EventData


class InvoiceIssued(EventData):
    """A company was invoiced."""

    type = "invoice.issued"
    invoice_id: UUID
    company_id: UUID
    number: str
    booking_ids: list[UUID]
    total: Money
    due: Day


class InvoiceCredited(EventData):
    """Money came for an invoice: `amount` this time, `paid` in all. Payments of bookings are told as any others."""

    type = "invoice.credited"
    invoice_id: UUID
    company_id: UUID
    amount: Money
    paid: Money
    total: Money


class InvoiceVoided(EventData):
    """An invoice is not valid any more; it keeps its number."""

    type = "invoice.voided"
    invoice_id: UUID
    company_id: UUID
    by: UUID


class ActIssued(EventData):
    """An act of services rendered was issued for an invoice."""

    type = "act.issued"
    act_id: UUID
    invoice_id: UUID
    company_id: UUID
    number: str
    total: Money


class ActVoided(EventData):
    """An act is not valid any more; it keeps its number."""

    type = "act.voided"
    act_id: UUID
    invoice_id: UUID
    company_id: UUID
    by: UUID
