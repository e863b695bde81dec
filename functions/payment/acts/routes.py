"""Routes of acts."""

from uuid import UUID

from chalice import Response

from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from core.identity import Identity
from payment import composition
from payment.acts.errors import (
    ActIssuedError,
    ActNotFoundError,
    ActTooEarlyError,
    ActVoidError,
    InvoiceVoidError,
    VisitsNotOverError,
)
from payment.api import api
from payment.invoices.errors import InvoiceNotFoundError, StudioUnknownError
from payment.papers.files import PDF, pdf_file
from payment.papers.forms import act_pdf
from payment.paying.errors import BookingNotFoundError, BookingUnavailableError
from shared_schemas.common import Page
from shared_schemas.payment.invoices import Act, ActRequest, ActsQuery, VoidRequest

ISSUE_ERRORS = [
    ActIssuedError, ActTooEarlyError, BookingNotFoundError, BookingUnavailableError, InvoiceNotFoundError,
    InvoiceVoidError, StudioUnknownError, VisitsNotOverError,
]  # fmt: skip


@api.endpoint("POST /v1/invoices/{invoice_id}/acts", status=201, errors=ISSUE_ERRORS)
def issue_act(invoice_id: UUID, body: ActRequest, identity: Identity, key: IdempotencyKey | None) -> Act:
    """Issue the act of an invoice, once all its visits are completed. An invoice has one valid act."""
    return composition.app().acts.issue(invoice_id, body, identity, key)


@api.endpoint("GET /v1/acts", errors=[InvalidCursorError])
def list_acts(query: ActsQuery) -> Page[Act]:
    """Acts, newest first."""
    return composition.app().acts.page(query)


@api.endpoint("GET /v1/acts/{act_id}", errors=[ActNotFoundError])
def get_act(act_id: UUID) -> Act:
    """One act."""
    return composition.app().acts.get(act_id)


@api.endpoint("GET /v1/acts/{act_id}/pdf", errors=[ActNotFoundError], media_type=PDF)
def get_act_pdf(act_id: UUID) -> Response:
    """The act as a PDF file, to be signed by both parties."""
    act = composition.app().acts.get(act_id)
    return pdf_file(act_pdf(act), f"act-{act.number}.pdf")


@api.endpoint("POST /v1/acts/{act_id}/void", errors=[ActNotFoundError, ActVoidError])
def void_act(act_id: UUID, body: VoidRequest, identity: Identity) -> Act:
    """Void an act that says something wrong; it keeps its number, and another may be issued."""
    return composition.app().acts.void(act_id, body, identity)
