"""Money that came for an invoice, entered in one transaction: on the invoice, and in the books of its bookings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from payment.desk.domain import taken
from payment.desk.receiving import receive
from payment.invoices.domain import Arrival, paid, require_open, shares
from payment.invoices.ports import Bookings, Work
from payment.receipts.service import Receipts
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money
from shared_schemas.events.invoices import InvoiceCredited
from shared_schemas.payment.desk import DeskPaymentRequest
from shared_schemas.payment.invoices import Invoice
from shared_schemas.payment.payments import PositiveMoney

METHOD = "invoice"
Terms = Mapping[UUID, PaymentTerms]


@dataclass(frozen=True)
class Crediting:
    """Counts money towards an invoice and its bookings."""

    _booking: Bookings
    _receipts: Receipts

    def ask(self, invoices: Sequence[Invoice]) -> Terms:
        """What is owed for their bookings now, asked before the transaction. `BookingNotFoundError`,
        `BookingUnavailableError`."""
        wanted = {booking.booking_id for invoice in invoices for booking in invoice.bookings}
        return {booking_id: self._booking.terms(booking_id) for booking_id in sorted(wanted)}

    def credit(self, work: Work, invoice: Invoice, arrival: Arrival, terms: Terms) -> Invoice:
        """The invoice, locked before, when this has come for it.

        `InvoiceClosedError`, `MoreThanInvoicedError`; `MoreThanDueError` if others have paid for a booking since."""
        require_open(invoice, arrival.amount)
        counted = shares(invoice, arrival.amount, [terms[each.booking_id] for each in invoice.bookings], arrival.at)
        if len(counted) > 1:
            # Before the bookings' locks, as whoever takes cash does: each payment looks into the till that is open.
            work.tills.current()
        for share in counted:
            request = DeskPaymentRequest(
                amount=PositiveMoney(amount=share.amount), method=METHOD, note=f"Счёт № {invoice.number}"
            )
            attempt = taken(uuid4(), uuid4(), request, terms[share.booking_id], arrival.by, arrival.at)
            receive(work, attempt, terms[share.booking_id], self._receipts)
        after = paid(invoice, arrival.amount, counted)
        work.invoices.enter(arrival)
        work.invoices.update(after)
        work.emit(
            InvoiceCredited(
                invoice_id=after.id,
                company_id=after.company_id,
                amount=Money(amount=arrival.amount),
                paid=after.paid,
                total=after.total,
            )
        )
        return after
