"""HTTP API of the payment service."""

from uuid import UUID

from core.health import DegradedError, check_health
from core.http import Api
from core.idempotency import IdempotencyKey
from core.identity import CLIENTS, STAFF, Identity, services
from core.paging import InvalidCursorError
from payment import wiring
from payment.errors import (
    AmountOutOfRangeError,
    BookingChangedError,
    BookingNotFoundError,
    BookingNotPayableError,
    BookingUnavailableError,
    ConcurrentUpdateError,
    ContactUnavailableError,
    GatewayOutOfOrderError,
    GatewayUnavailableError,
    HoldExpiredError,
    PaymentNotFoundError,
    PaymentNotRefundableError,
    PaymentRefusedError,
    ProviderUnavailableError,
    ReceiptNotFoundError,
    ReceiptNotRetriableError,
    ReconciliationNotFoundError,
    RefundNotFoundError,
    RefundNotInDoubtError,
    RefundTooLargeError,
    TooManyOpenPaymentsError,
)
from shared_schemas.common import Health, Page
from shared_schemas.errors import CycloramaError, RuleViolationError
from shared_schemas.payment import (
    CollectedPayment,
    Payment,
    PaymentRequest,
    PaymentsQuery,
    Refund,
    RefundDecision,
    RefundRequest,
)
from shared_schemas.receipts import FiscalReceipt
from shared_schemas.reconciliation import (
    BookingLedger,
    LedgerQuery,
    Reconciliation,
    ReconciliationRequest,
    ReconciliationsQuery,
    ReconciliationSummary,
)

api = Api("payment")
app = api.app


@api.endpoint("GET /health/payment", errors=[DegradedError])
def payment_health() -> Health:
    """Whether the payment service can reach its database, and how far its outbox lags."""
    return check_health(wiring.engine(), wiring.outbox)


CREATE_ERRORS: list[type[CycloramaError]] = [
    AmountOutOfRangeError, BookingChangedError, BookingNotFoundError, BookingNotPayableError, BookingUnavailableError,
    ConcurrentUpdateError, ContactUnavailableError, GatewayOutOfOrderError, GatewayUnavailableError, HoldExpiredError,
    PaymentRefusedError, ProviderUnavailableError, TooManyOpenPaymentsError,
]  # fmt: skip


@api.endpoint("POST /v1/payments", status=201, allow=CLIENTS, errors=CREATE_ERRORS)
def create_payment(body: PaymentRequest, identity: Identity, key: IdempotencyKey | None) -> Payment:
    """Start paying for a booking: send the payer to `confirmation_url`.

    An open payment of the same booking, provider, method and amount is returned rather than doubled.
    After a 503 repeat with the same Idempotency-Key: the same payment is carried on."""
    return wiring.payments().create(body, identity, key)


@api.endpoint("GET /v1/payments", allow=CLIENTS)
def list_payments(query: PaymentsQuery, identity: Identity) -> Page[Payment]:
    """The payments of a booking, the oldest first; a client sees only their own."""
    return wiring.payments().of_booking(query.booking_id, identity)


@api.endpoint("GET /v1/payments/{payment_id}", allow=CLIENTS, errors=[PaymentNotFoundError])
def get_payment(payment_id: UUID, identity: Identity) -> Payment:
    """One payment."""
    return wiring.payments().get(payment_id, identity)


@api.endpoint("GET /v1/payments/{payment_id}/collected", allow=services("booking"), errors=[PaymentNotFoundError])
def get_collected_payment(payment_id: UUID) -> CollectedPayment:
    """What came in by a payment: Booking believes nobody else."""
    return wiring.payments().collected(payment_id)


REFUND_ERRORS = [PaymentNotFoundError, PaymentNotRefundableError, ProviderUnavailableError, RefundTooLargeError]


@api.endpoint("POST /v1/payments/{payment_id}/refunds", status=201, allow=STAFF, errors=REFUND_ERRORS)
def create_refund(payment_id: UUID, body: RefundRequest, identity: Identity, key: IdempotencyKey | None) -> Refund:
    """Give a payment, or a part of it, back by the way it came.

    A gateway that does not answer leaves the refund `creating`: it is asked again until the money has gone back."""
    return wiring.refunds().create(payment_id, body, identity, key)


@api.endpoint("GET /v1/payments/{payment_id}/refunds", allow=CLIENTS, errors=[PaymentNotFoundError])
def list_refunds(payment_id: UUID, identity: Identity) -> Page[Refund]:
    """What went back of a payment, and what is on its way; the oldest first."""
    return wiring.refunds().of_payment(payment_id, identity)


@api.endpoint(
    "POST /v1/payments/{payment_id}/refunds/{refund_id}/decision",
    allow=STAFF,
    errors=[ConcurrentUpdateError, RefundNotFoundError, RefundNotInDoubtError],
)
def decide_refund(payment_id: UUID, refund_id: UUID, body: RefundDecision, identity: Identity) -> Refund:
    """Say what became of a `pending` refund with a `failure`: look at the gateway first, for it is not asked again."""
    return wiring.refunds().decide(payment_id, refund_id, body, identity)


@api.endpoint("GET /v1/payments/{payment_id}/receipts", allow=CLIENTS, errors=[PaymentNotFoundError])
def list_receipts(payment_id: UUID, identity: Identity) -> Page[FiscalReceipt]:
    """The fiscal receipts of a payment, of its settlement and its refunds, and whether they are registered."""
    return wiring.receipts().of(payment_id, identity)


@api.endpoint(
    "POST /v1/receipts/{receipt_id}/retry", allow=STAFF, errors=[ReceiptNotFoundError, ReceiptNotRetriableError]
)
def retry_receipt(receipt_id: UUID) -> FiscalReceipt:
    """Order a settlement receipt anew that was not registered. Look first whether the gateway has it after all."""
    return wiring.fiscal().retry(receipt_id)


@api.endpoint(
    "POST /v1/reconciliations", status=201, allow=STAFF, errors=[ProviderUnavailableError, RuleViolationError]
)
def reconcile(body: ReconciliationRequest) -> Page[Reconciliation]:
    """Compare the gateways' books with ours now; what the gateway's word can repair is repaired.

    One comparison for each gateway. One with the failure `out_of_time` goes on where it stopped, or begins anew where
    the gateway has a list, when the same is asked for again."""
    return wiring.reconciliations().compare(body)


@api.endpoint("GET /v1/reconciliations", allow=STAFF, errors=[InvalidCursorError])
def list_reconciliations(query: ReconciliationsQuery) -> Page[ReconciliationSummary]:
    """Comparisons with the gateways' books, the newest first."""
    return wiring.reconciliations().page(query)


@api.endpoint("GET /v1/reconciliations/{reconciliation_id}", allow=STAFF, errors=[ReconciliationNotFoundError])
def get_reconciliation(reconciliation_id: UUID) -> Reconciliation:
    """One comparison, with all that it found."""
    return wiring.reconciliations().get(reconciliation_id)


@api.endpoint("GET /v1/ledger", allow=STAFF)
def get_ledger(query: LedgerQuery) -> BookingLedger:
    """Every movement of a booking's money, and what they add up to."""
    return wiring.reconciliations().ledger(query.booking_id)
