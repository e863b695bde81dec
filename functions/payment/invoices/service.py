"""Use cases of invoices: issue, look up, void, and write down that money came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.http.paging import decode_cursor, encode_cursor, paged
from core.identity import Identity
from core.trail.deed import note
from payment.invoices.crediting import Crediting
from payment.invoices.domain import OPEN, Arrival, require_open, voided
from payment.invoices.drafting import Draft, booked, end_of, local_day, require_due, seller
from payment.invoices.ports import Bookings, Work
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.booking.studio import Studio
from shared_schemas.common import Page
from shared_schemas.events.invoices import InvoiceIssued, InvoiceVoided
from shared_schemas.payment.companies import CompanyContact
from shared_schemas.payment.invoices import (
    Invoice,
    InvoicePaymentRequest,
    InvoiceRequest,
    InvoicesQuery,
    VoidRequest,
)

INVOICE = "invoice_id"


@dataclass(frozen=True)
class Invoices:
    """`vat` is the rate of the studio's services, as its receipts have it."""

    _unit_of_work: Callable[[], Work]
    _clock: Clock
    _booking: Bookings
    _crediting: Crediting
    vat: str

    def issue(self, request: InvoiceRequest, caller: Identity, key: IdempotencyKey | None) -> Invoice:
        """An invoice with the next number of the year; the slots of its bookings are held until it is due.

        The slots are held before it is saved: if saving fails, a slot is held for longer than it needs to be, and the
        same request issues the invoice.

        `CompanyNotFoundError`, `BookingNotFoundError`, `BookingNotPayableError`, `BookingInvoicedError`,
        `InvoiceTooLargeError`, `StudioRequisitesMissingError`; `RuleViolationError` for the day it is due; to be
        repeated: `BookingUnavailableError`, `StudioUnknownError`."""
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return self._shown(work.invoices.get(UUID(replay[INVOICE])))
            work.companies.get(request.company_id)
        studio = self._booking.studio()
        require_due(request, local_day(self._clock.now(), studio.timezone))
        seller(studio)
        terms = [self._booking.terms(booking_id) for booking_id in request.booking_ids]
        booked(terms)
        for each in terms:
            if each.status == "pending":
                self._booking.hold(each.booking_id, end_of(request.due, studio.timezone))
        return self._shown(self._save(request, studio, terms, caller, key))

    def get(self, invoice_id: UUID) -> Invoice:
        """`InvoiceNotFoundError`."""
        with self._unit_of_work() as work:
            return self._shown(work.invoices.get(invoice_id))

    def addressed(self, invoice_id: UUID) -> tuple[Invoice, CompanyContact]:
        """With whom its company is written to, as far as that is known; `InvoiceNotFoundError`."""
        with self._unit_of_work() as work:
            invoice = work.invoices.get(invoice_id)
            contact = work.companies.get(invoice.company_id).contact
        return self._shown(invoice), contact or CompanyContact()

    def page(self, query: InvoicesQuery) -> Page[Invoice]:
        """Newest first; `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.invoices.page(query, after, query.limit + 1)
        shown = [self._shown(invoice) for invoice in found]
        return paged(shown, query.limit, lambda last: encode_cursor(last.issued_at, last.id))

    def pay(
        self, invoice_id: UUID, request: InvoicePaymentRequest, caller: Identity, key: IdempotencyKey | None
    ) -> Invoice:
        """Write down, on staff's word, that money came for it.

        `InvoiceNotFoundError`, `InvoiceClosedError`, `MoreThanInvoicedError`, `MoreThanDueError`; to be repeated:
        `BookingUnavailableError`."""
        terms = self._crediting.ask([self.get(invoice_id)])
        with self._unit_of_work() as work:
            if work.idempotency.replay(key):
                return self._shown(work.invoices.get(invoice_id))
            before = work.invoices.get(invoice_id, lock=True)
            amount = require_open(before, request.amount.amount if request.amount else None)
            arrival = Arrival(uuid4(), invoice_id, amount, self._clock.now(), caller.subject, note=request.note)
            after = self._crediting.credit(work, before, arrival, terms)
            note(before={"paid": before.paid}, after={"paid": after.paid})
            work.idempotency.remember(key, {INVOICE: str(invoice_id)})
            work.commit()
            return self._shown(after)

    def void(self, invoice_id: UUID, request: VoidRequest, caller: Identity) -> Invoice:
        """It asks for nothing any more, and keeps its number. The holds of its bookings end as they are.

        `InvoiceNotFoundError`, `InvoiceClosedError`, `InvoicePaidError`."""
        with self._unit_of_work() as work:
            after = voided(work.invoices.get(invoice_id, lock=True), request.reason, self._clock.now())
            work.invoices.update(after)
            work.emit(InvoiceVoided(invoice_id=after.id, company_id=after.company_id, by=caller.actor_id))
            work.commit()
            return self._shown(after)

    def _save(
        self,
        request: InvoiceRequest,
        studio: Studio,
        terms: Sequence[PaymentTerms],
        caller: Identity,
        key: IdempotencyKey | None,
    ) -> Invoice:
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return work.invoices.get(UUID(replay[INVOICE]))
            company = work.companies.get(request.company_id, lock=True)
            draft = Draft(request, studio, company, terms, self.vat)
            # The last lock that is taken: whoever issues the next one waits for it, and is not dated earlier.
            number = work.paper_numbers.next("invoice", local_day(self._clock.now(), studio.timezone).year)
            now = self._clock.now()
            invoice = draft.issued(uuid4(), number, now, caller.subject)
            work.invoices.add(invoice)
            work.companies.use(company.id, now)
            work.emit(_issued(invoice))
            work.idempotency.remember(key, {INVOICE: str(invoice.id)})
            note(target=f"invoice:{invoice.id}", after={"total": invoice.total, "company_id": company.id})
            work.commit()
            return invoice

    def _shown(self, invoice: Invoice) -> Invoice:
        is_late = invoice.status in OPEN and self._clock.now() >= invoice.due_at
        return invoice.model_copy(update={"overdue": is_late})


def _issued(invoice: Invoice) -> InvoiceIssued:
    return InvoiceIssued(
        invoice_id=invoice.id,
        company_id=invoice.company_id,
        number=invoice.number,
        booking_ids=[booking.booking_id for booking in invoice.bookings],
        total=invoice.total,
        due=invoice.due,
    )
