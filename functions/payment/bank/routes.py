"""Routes of bank statements."""

from uuid import UUID

from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from core.identity import Identity
from payment import composition
from payment.api import api
from payment.bank.errors import (
    BankFileBrokenError,
    BankFileEncodingError,
    BankFileTooLongError,
    BankLineClosedError,
    BankLineNotFoundError,
    ForeignAccountError,
    MoreThanCameError,
    NotABankFileError,
)
from payment.desk.errors import MoreThanDueError
from payment.invoices.errors import (
    InvoiceClosedError,
    InvoiceNotFoundError,
    MoreThanInvoicedError,
    StudioRequisitesMissingError,
    StudioUnknownError,
)
from payment.paying.errors import BookingNotFoundError, BookingUnavailableError
from shared_schemas.common import Page
from shared_schemas.errors import Locale
from shared_schemas.payment.bank import (
    AcceptRequest,
    BankLine,
    BankLinesQuery,
    BankStatement,
    BankStatementRequest,
    SetAsideRequest,
)

FILE = 2 * 1024 * 1024
"""Bytes: a file of 1.4 MB in base64."""
FILE_ERRORS = [
    BankFileBrokenError, BankFileEncodingError, BankFileTooLongError, ForeignAccountError, NotABankFileError,
    StudioRequisitesMissingError, StudioUnknownError,
]  # fmt: skip
ACCEPT_ERRORS = [
    BankLineClosedError, BankLineNotFoundError, BookingNotFoundError, BookingUnavailableError, InvoiceClosedError,
    InvoiceNotFoundError, MoreThanCameError, MoreThanDueError, MoreThanInvoicedError,
]  # fmt: skip


@api.endpoint("POST /v1/bank-statements/preview", body_limit=FILE, errors=FILE_ERRORS)
def preview_bank_statement(body: BankStatementRequest, identity: Identity, locale: Locale) -> BankStatement:
    """What a file of 1C's exchange with banks has, which payments were seen before, and which invoices they may be for.
    Nothing changes."""
    return composition.app().bank.preview(body, identity, locale)


@api.endpoint("POST /v1/bank-statements", status=201, body_limit=FILE, errors=FILE_ERRORS)
def import_bank_statement(body: BankStatementRequest, identity: Identity, locale: Locale) -> BankStatement:
    """Keep the payments of a file, all or none. Those that were seen before stay as they are, so files may overlap."""
    return composition.app().bank.keep(body, identity, locale)


@api.endpoint("GET /v1/bank-lines", errors=[InvalidCursorError])
def list_bank_lines(query: BankLinesQuery) -> Page[BankLine]:
    """Payments that came to the studio's account, with the invoices that they may be for."""
    return composition.app().bank.page(query)


@api.endpoint("GET /v1/bank-lines/{bank_line_id}", errors=[BankLineNotFoundError])
def get_bank_line(bank_line_id: UUID) -> BankLine:
    """One payment that came to the studio's account."""
    return composition.app().bank.get(bank_line_id)


@api.endpoint("POST /v1/bank-lines/{bank_line_id}/accept", errors=ACCEPT_ERRORS)
def accept_bank_line(
    bank_line_id: UUID, body: AcceptRequest, identity: Identity, key: IdempotencyKey | None
) -> BankLine:
    """Count a payment, or a part of it, towards an invoice: its bookings are paid by the method `invoice`."""
    return composition.app().bank.accept(bank_line_id, body, identity, key)


@api.endpoint("POST /v1/bank-lines/{bank_line_id}/set-aside", errors=[BankLineClosedError, BankLineNotFoundError])
def set_bank_line_aside(bank_line_id: UUID, body: SetAsideRequest) -> BankLine:
    """Say that a payment is for no invoice, and why."""
    return composition.app().bank.set_aside(bank_line_id, body)
