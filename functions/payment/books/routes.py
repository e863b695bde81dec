"""Routes of comparisons with the gateways' books, and of the ledger."""

from uuid import UUID

from core.http.paging import InvalidCursorError
from payment import composition
from payment.api import api
from payment.books.errors import ReconciliationNotFoundError
from payment.errors import ProviderUnavailableError
from shared_schemas.common import Page
from shared_schemas.errors import RuleViolationError
from shared_schemas.payment.books import (
    BookingLedger,
    LedgerQuery,
    Reconciliation,
    ReconciliationRequest,
    ReconciliationsQuery,
    ReconciliationSummary,
)


@api.endpoint("POST /v1/reconciliations", status=201, errors=[ProviderUnavailableError, RuleViolationError])
def reconcile(body: ReconciliationRequest) -> Page[Reconciliation]:
    """Compare the gateways' books with ours now, and repair what the gateway's answer can repair.

    There is one comparison for each gateway. If its failure is `out_of_time`, the same request goes on where it
    stopped, or starts again if the gateway has a list of payments."""
    return composition.app().reconciliations.compare(body)


@api.endpoint("GET /v1/reconciliations", errors=[InvalidCursorError])
def list_reconciliations(query: ReconciliationsQuery) -> Page[ReconciliationSummary]:
    """Comparisons with the gateways' books, newest first."""
    return composition.app().reconciliations.page(query)


@api.endpoint("GET /v1/reconciliations/{reconciliation_id}", errors=[ReconciliationNotFoundError])
def get_reconciliation(reconciliation_id: UUID) -> Reconciliation:
    """One comparison, with every difference it found."""
    return composition.app().reconciliations.get(reconciliation_id)


@api.endpoint("GET /v1/ledger")
def get_ledger(query: LedgerQuery) -> BookingLedger:
    """Every movement of a booking's money, and the balance."""
    return composition.app().reconciliations.ledger(query.booking_id)
