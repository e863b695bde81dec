"""SQL for invoices."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, TextClause, and_, insert, or_, select, tuple_, update

from core.http.paging import Cursor, behind
from core.postgres.rows import unique
from payment.companies.tables import companies
from payment.invoices.domain import OPEN, Arrival, settled
from payment.invoices.errors import BookingInvoicedError, InvoiceNotFoundError
from payment.invoices.tables import OPEN as IS_OPEN
from payment.invoices.tables import invoice_bookings, invoice_payments, invoices
from payment.papers.numbers import read, written
from shared_schemas.common import Money
from shared_schemas.payment.invoices import Invoice, InvoicedBooking, InvoicesQuery

COLUMNS = (
    "id",
    "company_id",
    "status",
    "issued_on",
    "due",
    "due_at",
    "issued_at",
    "issued_by",
    "voided_at",
    "void_reason",
)
IN_DOCUMENT = {"seller", "buyer", "lines", "vat", "vat_amount", "comment"}
Condition = ColumnElement[bool] | TextClause


class InvoiceRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, invoice: Invoice) -> None:
        self._connection.execute(insert(invoices).values(**_values(invoice)))
        rows = [
            {"invoice_id": invoice.id, "position": place, "open": True, **_booking_values(booking)}
            for place, booking in enumerate(invoice.bookings)
        ]
        if rows:
            with unique("invoice_bookings_one_open", BookingInvoicedError()):
                self._connection.execute(insert(invoice_bookings), rows)

    def get(self, invoice_id: UUID, *, lock: bool = False) -> Invoice:
        if lock:
            self._connection.execute(select(invoices.c.id).where(invoices.c.id == invoice_id).with_for_update())
        if found := self._found(invoices.c.id == invoice_id):
            return found[0]
        raise InvoiceNotFoundError(invoice_id=str(invoice_id))

    def named(self, invoice_ids: Sequence[UUID]) -> list[Invoice]:
        return self._found(invoices.c.id.in_(invoice_ids)) if invoice_ids else []

    def by_number(self, numbers: Sequence[tuple[int, int]]) -> list[Invoice]:
        return self._found(tuple_(invoices.c.year, invoices.c.number).in_(numbers)) if numbers else []

    def open_of(self, inns: Sequence[str], limit: int) -> list[Invoice]:
        if not inns:
            return []
        theirs = select(companies.c.id).where(companies.c.inn.in_(inns))
        return self._found(IS_OPEN, invoices.c.company_id.in_(theirs), limit=limit, oldest_first=True)

    def page(self, query: InvoicesQuery, after: Cursor | None, limit: int) -> list[Invoice]:
        return self._found(*_conditions(query, after), limit=limit)

    def update(self, invoice: Invoice) -> None:
        paid = {"paid": invoice.paid.amount, **{name: getattr(invoice, name) for name in COLUMNS[2:]}}
        self._connection.execute(update(invoices).where(invoices.c.id == invoice.id).values(**paid))
        for booking in invoice.bookings:
            which = and_(
                invoice_bookings.c.invoice_id == invoice.id, invoice_bookings.c.booking_id == booking.booking_id
            )
            values = {"paid": booking.paid.amount, "open": invoice.status in OPEN}
            self._connection.execute(update(invoice_bookings).where(which).values(**values))

    def enter(self, arrival: Arrival) -> None:
        self._connection.execute(insert(invoice_payments).values(**vars(arrival)))

    def _found(self, *conditions: Condition, limit: int | None = None, oldest_first: bool = False) -> list[Invoice]:
        c = invoices.c
        order = (c.issued_at, c.id) if oldest_first else (c.issued_at.desc(), c.id)
        rows = self._connection.execute(select(invoices).where(*conditions).order_by(*order).limit(limit)).all()
        bookings = self._bookings([row.id for row in rows])
        return [_invoice(row, bookings.get(row.id, [])) for row in rows]

    def _bookings(self, invoice_ids: Sequence[UUID]) -> Mapping[UUID, list[InvoicedBooking]]:
        found: dict[UUID, list[InvoicedBooking]] = {}
        c = invoice_bookings.c
        query = select(invoice_bookings).where(c.invoice_id.in_(invoice_ids)).order_by(c.invoice_id, c.position)
        for row in self._connection.execute(query) if invoice_ids else ():
            booking = InvoicedBooking(
                booking_id=row.booking_id,
                number=row.number,
                amount=Money(amount=row.amount),
                paid=Money(amount=row.paid),
            )
            found.setdefault(row.invoice_id, []).append(booking)
        return found


def _conditions(query: InvoicesQuery, after: Cursor | None) -> list[Condition]:
    c, found = invoices.c, list[Condition]()
    if query.company_id:
        found.append(c.company_id == query.company_id)
    if query.open is not None:
        found.append(IS_OPEN if query.open else or_(c.status == "paid", c.status == "void"))
    if query.number:
        found.append(tuple_(c.year, c.number) == tuple_(*read(query.number)))
    if query.booking_id:
        b = invoice_bookings.c
        found.append(c.id.in_(select(b.invoice_id).where(b.booking_id == query.booking_id)))
    if after:
        found.append(behind(after, c.issued_at, c.id))
    return found


def _values(invoice: Invoice) -> dict[str, Any]:
    year, number = read(invoice.number)
    return {
        **{name: getattr(invoice, name) for name in COLUMNS},
        "year": year,
        "number": number,
        "total": invoice.total.amount,
        "paid": invoice.paid.amount,
        "document": invoice.model_dump(mode="json", include=IN_DOCUMENT, exclude_none=True),
    }


def _booking_values(booking: InvoicedBooking) -> dict[str, Any]:
    return {
        "booking_id": booking.booking_id,
        "number": booking.number,
        "amount": booking.amount.amount,
        "paid": booking.paid.amount,
    }


def _invoice(row: Row[Any], bookings: list[InvoicedBooking]) -> Invoice:
    return settled(
        Invoice(
            **{name: getattr(row, name) for name in COLUMNS},
            **row.document,
            number=written(row.year, row.number),
            total=Money(amount=row.total),
            paid=Money(amount=row.paid),
            bookings=bookings,
        )
    )
