"""What money that comes for an invoice does, and what ends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from payment.invoices.errors import InvoiceClosedError, InvoicePaidError, MoreThanInvoicedError
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money
from shared_schemas.payment.invoices import Invoice, InvoiceStatus

OPEN: frozenset[InvoiceStatus] = frozenset({"issued", "partly_paid"})


@dataclass(frozen=True)
class Arrival:
    """Money that came for an invoice: by the word of who is `by`, or with a line of a bank statement; kopecks."""

    id: UUID
    invoice_id: UUID
    amount: int
    at: datetime
    by: str
    bank_line_id: UUID | None = None
    note: str | None = None


@dataclass(frozen=True)
class Share:
    """What of the money that came is counted towards a booking now, in kopecks."""

    booking_id: UUID
    amount: int


def require_open(invoice: Invoice, amount: int | None = None) -> int:
    """How much to count, in kopecks; `InvoiceClosedError`, `MoreThanInvoicedError`."""
    if invoice.status not in OPEN:
        raise InvoiceClosedError(status=invoice.status)
    left = invoice.total.amount - invoice.paid.amount
    if amount is not None and amount > left:
        raise MoreThanInvoicedError(left=left)
    return left if amount is None else amount


def shares(invoice: Invoice, amount: int, terms: Sequence[PaymentTerms], now: datetime) -> list[Share]:
    """What of the money on the invoice, with `amount` more, goes to which booking now: in the order of the invoice.

    A held booking takes its prepayment at least. What is too little for that waits, as does what came for a booking
    that is not owed any more, and what is for lines without a booking."""
    on_hand = invoice.unassigned.amount + amount - _for_lines(invoice, amount)
    found, known = [], {each.booking_id: each for each in terms}
    for booking in invoice.bookings:
        asked = known[booking.booking_id]
        part = min(booking.amount.amount - booking.paid.amount, asked.balance.amount, on_hand)
        if part <= 0 or (asked.status == "pending" and (part < asked.due.amount or not _is_held(asked, now))):
            continue
        found.append(Share(booking.booking_id, part))
        on_hand -= part
    return found


def _is_held(terms: PaymentTerms, now: datetime) -> bool:
    return terms.hold_expires_at is not None and now < terms.hold_expires_at


def _for_lines(invoice: Invoice, amount: int) -> int:
    """What of the money is for lines without a booking: they come last."""
    asked = sum(booking.amount.amount for booking in invoice.bookings)
    return max(invoice.paid.amount + amount - asked, 0)


def paid(invoice: Invoice, amount: int, counted: Sequence[Share]) -> Invoice:
    """The invoice when so much has come for it, of which these shares are counted towards bookings."""
    more = {share.booking_id: share.amount for share in counted}
    bookings = [
        booking.model_copy(update={"paid": Money(amount=booking.paid.amount + more.get(booking.booking_id, 0))})
        for booking in invoice.bookings
    ]
    whole = invoice.paid.amount + amount
    status = "paid" if whole == invoice.total.amount else "partly_paid"
    return settled(invoice.model_copy(update={"bookings": bookings, "paid": Money(amount=whole), "status": status}))


def settled(invoice: Invoice) -> Invoice:
    """With the sums that follow from the others."""
    assigned = sum(booking.paid.amount for booking in invoice.bookings)
    left = 0 if invoice.status == "void" else invoice.total.amount - invoice.paid.amount
    sums = {"unassigned": Money(amount=invoice.paid.amount - assigned), "left": Money(amount=left)}
    return invoice.model_copy(update=sums)


def voided(invoice: Invoice, reason: str, now: datetime) -> Invoice:
    """The invoice that asks for nothing any more; `InvoiceClosedError`, `InvoicePaidError`."""
    if invoice.paid.amount:
        raise InvoicePaidError
    require_open(invoice)
    return settled(invoice.model_copy(update={"status": "void", "voided_at": now, "void_reason": reason}))
