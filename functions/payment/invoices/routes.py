"""Routes of invoices."""

from base64 import b64encode
from uuid import UUID

from chalice import Response

from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from core.identity import Identity
from payment import composition
from payment.api import api
from payment.companies.errors import CompanyNotFoundError
from payment.desk.errors import MoreThanDueError
from payment.invoices.errors import (
    BookingInvoicedError,
    InvoiceClosedError,
    InvoiceNotFoundError,
    InvoicePaidError,
    InvoiceTooLargeError,
    MoreThanInvoicedError,
    StudioRequisitesMissingError,
    StudioUnknownError,
)
from payment.papers.files import PDF, pdf_file
from payment.papers.forms import invoice_pdf
from payment.paying.errors import BookingNotFoundError, BookingNotPayableError, BookingUnavailableError
from shared_schemas.common import Page
from shared_schemas.errors import RuleViolationError
from shared_schemas.payment.invoices import (
    Invoice,
    InvoiceLetter,
    InvoicePaymentRequest,
    InvoiceRequest,
    InvoicesQuery,
    VoidRequest,
)

BODY = 128 * 1024
"""Bytes: fifty bookings and fifty lines."""
ISSUE_ERRORS = [
    BookingInvoicedError, BookingNotFoundError, BookingNotPayableError, BookingUnavailableError, CompanyNotFoundError,
    InvoiceTooLargeError, RuleViolationError, StudioRequisitesMissingError, StudioUnknownError,
]  # fmt: skip
PAY_ERRORS = [
    BookingNotFoundError, BookingUnavailableError, InvoiceClosedError, InvoiceNotFoundError, MoreThanDueError,
    MoreThanInvoicedError,
]  # fmt: skip


@api.endpoint("POST /v1/invoices", status=201, body_limit=BODY, errors=ISSUE_ERRORS)
def issue_invoice(body: InvoiceRequest, identity: Identity, key: IdempotencyKey | None) -> Invoice:
    """Invoice a company for bookings, further lines, or both. Held slots stay held until the invoice is due."""
    return composition.app().invoices.issue(body, identity, key)


@api.endpoint("GET /v1/invoices", errors=[InvalidCursorError])
def list_invoices(query: InvoicesQuery) -> Page[Invoice]:
    """Invoices, newest first."""
    return composition.app().invoices.page(query)


@api.endpoint("GET /v1/invoices/{invoice_id}", errors=[InvoiceNotFoundError])
def get_invoice(invoice_id: UUID) -> Invoice:
    """One invoice."""
    return composition.app().invoices.get(invoice_id)


@api.endpoint("GET /v1/invoices/{invoice_id}/pdf", errors=[InvoiceNotFoundError], media_type=PDF)
def get_invoice_pdf(invoice_id: UUID) -> Response:
    """The invoice as a PDF file, with the studio's bank account and a QR code that banks' apps read."""
    invoice = composition.app().invoices.get(invoice_id)
    return pdf_file(invoice_pdf(invoice), f"invoice-{invoice.number}.pdf")


@api.endpoint("GET /v1/invoices/{invoice_id}/letter", errors=[InvoiceNotFoundError])
def get_invoice_letter(invoice_id: UUID) -> InvoiceLetter:
    """What the company is written, for the service that writes it."""
    invoice, contact = composition.app().invoices.addressed(invoice_id)
    told = {name: getattr(invoice, name) for name in ("number", "status", "left", "due")}
    to = {"email": contact.email, "locale": contact.locale or "ru"}
    return InvoiceLetter(**told, **to, pdf=b64encode(invoice_pdf(invoice).encode()).decode())


@api.endpoint("POST /v1/invoices/{invoice_id}/payments", status=201, errors=PAY_ERRORS)
def pay_invoice(
    invoice_id: UUID, body: InvoicePaymentRequest, identity: Identity, key: IdempotencyKey | None
) -> Invoice:
    """Write down that money came for an invoice, as staff say; its bookings are paid by the method `invoice`."""
    return composition.app().invoices.pay(invoice_id, body, identity, key)


@api.endpoint(
    "POST /v1/invoices/{invoice_id}/void", errors=[InvoiceClosedError, InvoiceNotFoundError, InvoicePaidError]
)
def void_invoice(invoice_id: UUID, body: VoidRequest, identity: Identity) -> Invoice:
    """Void an invoice that nothing was paid for; it keeps its number, and its bookings may be invoiced anew."""
    return composition.app().invoices.void(invoice_id, body, identity)
