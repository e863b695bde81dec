"""Use cases of bank statements: look at a file, keep its payments, say which invoice each is for."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.http.paging import decode_cursor, encode_cursor, paged
from core.identity import Identity
from core.trail.deed import note
from payment.bank.domain import (
    StoredLine,
    accepted,
    arrived,
    numbers_in,
    payment,
    proposals,
    require_open,
    seen_before,
    stored,
    view,
)
from payment.bank.errors import NotABankFileError
from payment.bank.exchange import Exchange, decoded, parsed
from payment.bank.ports import Work
from payment.invoices.crediting import Crediting
from payment.invoices.domain import Arrival
from payment.invoices.drafting import seller
from payment.invoices.ports import Bookings
from shared_schemas.common import FieldProblem, Page
from shared_schemas.errors import Locale, Violation
from shared_schemas.payment.bank import (
    AcceptRequest,
    BankLine,
    BankLinesQuery,
    BankStatement,
    BankStatementRequest,
    SetAsideRequest,
    StatementRow,
)
from shared_schemas.payment.invoices import Invoice

MOST_CANDIDATES = 500
LINE = "bank_line_id"


@dataclass(frozen=True)
class Bank:
    """Statements, and the payments in them."""

    _unit_of_work: Callable[[], Work]
    _clock: Clock
    _booking: Bookings
    _crediting: Crediting

    def preview(self, request: BankStatementRequest, caller: Identity, locale: Locale) -> BankStatement:
        """What a file has, and what it is for; nothing is kept. Errors as `keep`."""
        return self._read(request, caller, locale, keep=False)

    def keep(self, request: BankStatementRequest, caller: Identity, locale: Locale) -> BankStatement:
        """The same, and new payments are kept, all or none; those that were seen before stay as they are.

        `NotABankFileError`, `BankFileEncodingError`, `BankFileBrokenError`, `BankFileTooLongError`,
        `ForeignAccountError`, `StudioRequisitesMissingError`; to be repeated: `StudioUnknownError`."""
        return self._read(request, caller, locale, keep=True)

    def get(self, line_id: UUID) -> BankLine:
        """`BankLineNotFoundError`."""
        with self._unit_of_work() as work:
            line = work.bank_lines.get(line_id)
            return view(line, candidates(work, [line]))

    def page(self, query: BankLinesQuery) -> Page[BankLine]:
        """Those imported last come first; `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.bank_lines.page(query.state, after, query.limit + 1)
            invoices = candidates(work, found)
        shown = [view(line, invoices) for line in found]
        return paged(shown, query.limit, lambda last: encode_cursor(last.imported_at, last.id))

    def accept(self, line_id: UUID, request: AcceptRequest, caller: Identity, key: IdempotencyKey | None) -> BankLine:
        """Count a payment, or a part of it, towards an invoice and its bookings.

        `BankLineNotFoundError`, `BankLineClosedError`, `MoreThanCameError`, `InvoiceNotFoundError`,
        `InvoiceClosedError`, `MoreThanInvoicedError`, `MoreThanDueError`; to be repeated: `BookingUnavailableError`."""
        with self._unit_of_work() as work:
            terms = self._crediting.ask([work.invoices.get(request.invoice_id)])
        with self._unit_of_work() as work:
            if not work.idempotency.replay(key):
                before = work.bank_lines.get(line_id, lock=True)
                amount = accepted(before, request.amount.amount if request.amount else None)
                invoice = work.invoices.get(request.invoice_id, lock=True)
                arrival = Arrival(uuid4(), invoice.id, amount, self._clock.now(), caller.subject, bank_line_id=line_id)
                self._crediting.credit(work, invoice, arrival, terms)
                used = before.used + amount
                after = replace(before, used=used, state="matched" if used == before.amount else "open")
                work.bank_lines.update(after)
                note(target=f"invoice:{invoice.id}", after={LINE: line_id, "amount": amount})
                work.idempotency.remember(key, {LINE: str(line_id)})
                work.commit()
        return self.get(line_id)

    def set_aside(self, line_id: UUID, request: SetAsideRequest) -> BankLine:
        """It is for no invoice. `BankLineNotFoundError`, `BankLineClosedError`."""
        with self._unit_of_work() as work:
            before = work.bank_lines.get(line_id, lock=True)
            require_open(before)
            after = replace(before, state="set_aside", set_aside_reason=request.reason)
            work.bank_lines.update(after)
            work.commit()
        return view(after, [])

    def _read(self, request: BankStatementRequest, caller: Identity, locale: Locale, *, keep: bool) -> BankStatement:
        exchange = parsed(_text(request))
        bank = seller(self._booking.studio()).bank
        account = bank.account if bank else ""
        documents, now = arrived(exchange, account), self._clock.now()
        lines = [stored(document, uuid4(), caller.subject, now) for document in documents]
        new = {line.id for line in lines}
        with self._unit_of_work() as work:
            if keep:
                work.bank_lines.add(_first_of_each(lines))
            kept = work.bank_lines.known([line.key for line in lines])
            before = {key for key, line in kept.items() if line.id not in new}
            lines = [kept.get(line.key, line) for line in lines]
            invoices = candidates(work, lines)
            if keep:
                note(target=f"bank-account:{account}", after={"payments": len(lines), "new": len(kept) - len(before)})
                work.commit()
        shown = [(document.line, line) for document, line in zip(documents, lines, strict=True)]
        again = seen_before(shown, before)
        ids = {line.id for line in kept.values()}
        rows = [_row(*each, seen, invoices, ids, locale) for each, seen in zip(shown, again, strict=True)]
        return _statement(exchange, account, rows)


def candidates(work: Work, lines: Sequence[StoredLine]) -> list[Invoice]:
    """Invoices that payers named, and the open ones of who paid."""
    found = work.invoices.by_number(numbers_in(line.purpose for line in lines))
    theirs = work.invoices.open_of(sorted({line.payer_inn for line in lines if line.payer_inn}), MOST_CANDIDATES)
    return list({invoice.id: invoice for invoice in (*found, *theirs)}.values())


def _first_of_each(lines: Sequence[StoredLine]) -> list[StoredLine]:
    return list({line.key: line for line in reversed(lines)}.values())


def _row(
    at: int, line: StoredLine, seen: Violation | None, invoices: Sequence[Invoice], kept: set[UUID], locale: Locale
) -> StatementRow:
    why = {"field": seen.field, "code": seen.code, "message": seen.message(locale), **seen.params} if seen else None
    return StatementRow(
        **dict(payment(line)),
        line=at,
        id=line.id if line.id in kept else None,
        seen=seen is not None,
        errors=[FieldProblem.model_validate(why)] if why else [],
        proposals=proposals(line, invoices),
    )


def _statement(exchange: Exchange, account: str, rows: list[StatementRow]) -> BankStatement:
    return BankStatement(
        account=account,
        first_day=exchange.first_day,
        last_day=exchange.last_day,
        rows=rows,
        others=len(exchange.documents) - len(rows),
    )


def _text(request: BankStatementRequest) -> str:
    """`NotABankFileError` for what is no base64 either."""
    if request.text is not None:
        return request.text
    try:
        return decoded(base64.b64decode(request.base64 or "", validate=True))
    except ValueError:
        raise NotABankFileError from None
