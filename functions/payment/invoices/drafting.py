"""What an invoice says when it is issued."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from payment.invoices.domain import settled
from payment.invoices.errors import InvoiceTooLargeError, StudioRequisitesMissingError
from payment.papers.numbers import written
from payment.paying.charges import OWING
from payment.paying.errors import BookingNotPayableError
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.booking.studio import Studio
from shared_schemas.common import Money
from shared_schemas.errors import RuleViolationError, Text, Violation
from shared_schemas.payment.companies import Company
from shared_schemas.payment.invoices import Invoice, InvoicedBooking, InvoiceRequest
from shared_schemas.payment.papers import PaperLine, Party, line_amount
from shared_schemas.requisites import Requisites

MOST = 10**12
PAST = Text("An invoice is due on {earliest} at the earliest", "Срок оплаты счёта — не раньше {earliest}")
LATE = Text(
    "An invoice is due within a year, on {latest} at the latest",
    "Срок оплаты счёта — не дальше года, не позже {latest}",
)
TWICE = Text("This booking is there twice", "Это бронирование указано дважды")
LONGEST_TERM = timedelta(days=366)


@dataclass(frozen=True)
class Draft:
    """What is asked for, and what is known of it: the studio, the company, and what is owed for each booking. `vat` is
    the rate as receipts have it."""

    request: InvoiceRequest
    studio: Studio
    company: Company
    terms: Sequence[PaymentTerms]
    vat: str

    def issued(self, invoice_id: UUID, number: int, now: datetime, by: str) -> Invoice:
        """The invoice. `BookingNotPayableError`, `InvoiceTooLargeError`, `StudioRequisitesMissingError`."""
        sold, today = lines(self.request, self.terms), local_day(now, self.studio.timezone)
        total = sum(line.amount.amount for line in sold)
        invoice = Invoice(
            id=invoice_id,
            number=written(today.year, number),
            status="issued",
            company_id=self.company.id,
            issued_on=today,
            due=self.request.due,
            due_at=end_of(self.request.due, self.studio.timezone),
            seller=seller(self.studio),
            buyer=buyer(self.company),
            lines=sold,
            total=Money(amount=total),
            vat=rate_of(self.vat),
            vat_amount=Money(amount=vat_of(total, self.vat)),
            bookings=booked(self.terms),
            comment=self.request.comment,
            issued_at=now,
            issued_by=by,
        )
        return settled(invoice)


def require_due(request: InvoiceRequest, today: date) -> None:
    """`RuleViolationError` for a day that is over or too far away, and for a booking that is named twice."""
    found = []
    if request.due < today:
        found.append(Violation("due", "due_in_the_past", PAST, {"earliest": today.isoformat()}))
    if request.due > today + LONGEST_TERM:
        latest = (today + LONGEST_TERM).isoformat()
        found.append(Violation("due", "due_too_late", LATE, {"latest": latest}))
    for place, booking_id in enumerate(request.booking_ids):
        if booking_id in request.booking_ids[:place]:
            found.append(Violation(f"booking_ids.{place}", "repeated_booking", TWICE, {}))
    if found:
        raise RuleViolationError(found)


def local_day(now: datetime, zone: str) -> date:
    """The day by the studio's clock."""
    return now.astimezone(ZoneInfo(zone)).date()


def end_of(day: date, zone: str) -> datetime:
    """When a day is over by the studio's clock, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def seller(studio: Studio) -> Party:
    """The studio as its papers name it; `StudioRequisitesMissingError`."""
    requisites = studio.requisites
    if not (studio.legal_name and studio.inn and requisites and requisites.bank):
        raise StudioRequisitesMissingError
    return Party(name=studio.legal_name, inn=studio.inn, **dict(requisites))


def buyer(company: Company) -> Party:
    """The company as papers name it."""
    return Party(
        name=company.name, inn=company.inn, **{name: getattr(company, name) for name in Requisites.model_fields}
    )


def booked(terms: Sequence[PaymentTerms]) -> list[InvoicedBooking]:
    """What is left to pay of each; `BookingNotPayableError` where that is nothing."""
    for each in terms:
        if each.status not in OWING or not each.balance.amount:
            raise BookingNotPayableError(status=each.status)
    return [InvoicedBooking(booking_id=each.booking_id, number=each.number, amount=each.balance) for each in terms]


def lines(request: InvoiceRequest, terms: Sequence[PaymentTerms]) -> list[PaperLine]:
    """All that is sold; `InvoiceTooLargeError` if it comes to more than a sum may be."""
    found = [*(line for each in terms for line in _of_booking(each)), *_written(request)]
    if sum(line.amount.amount for line in found) > MOST:
        raise InvoiceTooLargeError
    return found


def _of_booking(terms: PaymentTerms) -> Iterator[PaperLine]:
    """Line by line, unless a part is paid already: then the rest is one line."""
    sold = sum(line.amount.amount for line in terms.lines)
    if sold != terms.balance.amount:
        name = f"Доплата за бронирование № {terms.number}" if terms.kept.amount else f"Бронирование № {terms.number}"
        yield PaperLine(name=name, amount=terms.balance)
        return
    for line in terms.lines:
        yield PaperLine(name=line.name, quantity=line.quantity, amount=line.amount)


def _written(request: InvoiceRequest) -> Iterator[PaperLine]:
    for line in request.lines:
        amount = Money(amount=min(line_amount(line), MOST))
        yield PaperLine(name=line.name, quantity=line.quantity, unit=line.unit, amount=amount)


def vat_of(total: int, vat: str) -> int:
    """What of a total is VAT, in kopecks; `vat` is a rate of receipts: `none`, `22`, `22/122` …"""
    rate = 0 if vat == "none" else int(vat.partition("/")[0])
    return (2 * total * rate + 100 + rate) // (2 * (100 + rate))


def rate_of(vat: str) -> str:
    """The rate as papers have it: a paper names no calculated rate."""
    return vat.partition("/")[0]
