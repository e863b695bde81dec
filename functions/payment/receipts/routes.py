"""Routes of fiscal receipts."""

from uuid import UUID

from core.identity import Identity
from payment import composition
from payment.api import api
from payment.attempts.errors import PaymentNotFoundError
from payment.receipts.errors import ReceiptNotFoundError, ReceiptNotRetriableError
from shared_schemas.common import Page
from shared_schemas.payment.receipts import FiscalReceipt


@api.endpoint("GET /v1/payments/{payment_id}/receipts", errors=[PaymentNotFoundError])
def list_receipts(payment_id: UUID, identity: Identity) -> Page[FiscalReceipt]:
    """The fiscal receipts of a payment, its settlement and its refunds, and whether they are registered."""
    return composition.app().receipts.of(payment_id, identity)


@api.endpoint("POST /v1/receipts/{receipt_id}/retry", errors=[ReceiptNotFoundError, ReceiptNotRetriableError])
def retry_receipt(receipt_id: UUID) -> FiscalReceipt:
    """Order a settlement receipt again if it was not registered. First check that the gateway does not have it."""
    return composition.app().fiscal.retry(receipt_id)
