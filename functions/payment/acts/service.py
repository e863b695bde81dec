"""Use cases of acts: issued when the visits are over, voided when they say something wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.http.paging import decode_cursor, encode_cursor, paged
from core.identity import Identity
from core.trail.deed import note
from payment.acts.errors import ActTooEarlyError, ActVoidError, InvoiceVoidError, VisitsNotOverError
from payment.acts.ports import Work
from payment.invoices.crediting import Crediting, Terms
from payment.invoices.drafting import local_day
from payment.invoices.ports import Bookings
from payment.papers.numbers import written
from shared_schemas.common import Page
from shared_schemas.events.invoices import ActIssued, ActVoided
from shared_schemas.payment.invoices import Act, ActRequest, ActsQuery, Invoice, VoidRequest
from shared_schemas.payment.papers import Paper

ACT = "act_id"
SAID = set(Paper.model_fields) - {"number", "issued_on"}


@dataclass(frozen=True)
class Acts:
    """Issue, look up, void."""

    _unit_of_work: Callable[[], Work]
    _clock: Clock
    _booking: Bookings
    _crediting: Crediting

    def issue(self, invoice_id: UUID, request: ActRequest, caller: Identity, key: IdempotencyKey | None) -> Act:
        """An act of an invoice with the next number of the year; the lines and the parties are the invoice's.

        `InvoiceNotFoundError`, `InvoiceVoidError`, `VisitsNotOverError`, `ActIssuedError`, `ActTooEarlyError`; to be
        repeated: `BookingUnavailableError`, `StudioUnknownError`."""
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return work.acts.get(UUID(replay[ACT]))
            invoice = work.invoices.get(invoice_id)
        require_over(invoice, self._crediting.ask([invoice]))
        today = local_day(self._clock.now(), self._booking.studio().timezone)
        day = require_day(request.issued_on or today, invoice, today)
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return work.acts.get(UUID(replay[ACT]))
            invoice = work.invoices.get(invoice_id, lock=True)
            if invoice.status == "void":
                raise InvoiceVoidError
            number = work.paper_numbers.next("act", day.year)
            act = _act(invoice, written(day.year, number), day, self._clock.now(), caller.subject)
            work.acts.add(act)
            work.emit(_issued(act))
            work.idempotency.remember(key, {ACT: str(act.id)})
            note(target=f"act:{act.id}", after={"total": act.total, "invoice_id": invoice_id})
            work.commit()
            return act

    def get(self, act_id: UUID) -> Act:
        """`ActNotFoundError`."""
        with self._unit_of_work() as work:
            return work.acts.get(act_id)

    def page(self, query: ActsQuery) -> Page[Act]:
        """Newest first; `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.acts.page(query, after, query.limit + 1)
        return paged(found, query.limit, lambda last: encode_cursor(last.issued_at, last.id))

    def void(self, act_id: UUID, request: VoidRequest, caller: Identity) -> Act:
        """It is not valid any more, keeps its number, and another may be issued. `ActNotFoundError`, `ActVoidError`."""
        with self._unit_of_work() as work:
            before = work.acts.get(act_id, lock=True)
            if before.status == "void":
                raise ActVoidError
            changes = {"status": "void", "voided_at": self._clock.now(), "void_reason": request.reason}
            after = before.model_copy(update=changes)
            work.acts.update(after)
            told = {"act_id": after.id, "invoice_id": after.invoice_id, "company_id": after.company_id}
            work.emit(ActVoided(**told, by=caller.actor_id))
            work.commit()
            return after


def require_over(invoice: Invoice, terms: Terms) -> None:
    """`VisitsNotOverError` unless each booking of the invoice is completed; `InvoiceVoidError`."""
    if invoice.status == "void":
        raise InvoiceVoidError
    ahead = [each.number for each in invoice.bookings if terms[each.booking_id].status != "completed"]
    if ahead:
        raise VisitsNotOverError(numbers=", ".join(ahead))


def require_day(day: date, invoice: Invoice, today: date) -> date:
    """`ActTooEarlyError` for a day before the invoice, or one that is still to come."""
    if not invoice.issued_on <= day <= today:
        raise ActTooEarlyError(earliest=invoice.issued_on.isoformat(), latest=today.isoformat())
    return day


def _act(invoice: Invoice, number: str, day: date, now: datetime, by: str) -> Act:
    return Act(
        **{name: getattr(invoice, name) for name in SAID},
        id=uuid4(),
        number=number,
        issued_on=day,
        invoice_id=invoice.id,
        invoice_number=invoice.number,
        invoice_issued_on=invoice.issued_on,
        company_id=invoice.company_id,
        status="issued",
        issued_at=now,
        issued_by=by,
    )


def _issued(act: Act) -> ActIssued:
    return ActIssued(
        act_id=act.id, invoice_id=act.invoice_id, company_id=act.company_id, number=act.number, total=act.total
    )
