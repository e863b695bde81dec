"""Routes of refunds."""

from uuid import UUID

from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from payment import composition
from payment.api import api
from payment.attempts.errors import ConcurrentUpdateError, PaymentNotFoundError
from payment.errors import ProviderUnavailableError
from payment.refunds.errors import (
    GoesBackAsPaidError,
    PaymentNotRefundableError,
    RefundNotFoundError,
    RefundNotInDoubtError,
    RefundTooLargeError,
)
from payment.tills.errors import NotEnoughInTillError, NoTillOpenError
from shared_schemas.common import Page
from shared_schemas.payment.payments import Refund, RefundDecision, RefundRequest

REFUND_ERRORS = [
    GoesBackAsPaidError, NoTillOpenError, NotEnoughInTillError, PaymentNotFoundError, PaymentNotRefundableError,
    ProviderUnavailableError, RefundTooLargeError,
]  # fmt: skip


@api.endpoint("POST /v1/payments/{payment_id}/refunds", status=201, errors=REFUND_ERRORS)
def create_refund(payment_id: UUID, body: RefundRequest, identity: Identity, key: IdempotencyKey | None) -> Refund:
    """Refund a payment, or a part of it: the way it was paid, or to the customer's balance.

    If the gateway does not answer, the refund stays `creating` and is retried until the money has gone back."""
    return composition.app().refunds.create(payment_id, body, identity, key)


@api.endpoint("GET /v1/payments/{payment_id}/refunds", errors=[PaymentNotFoundError])
def list_refunds(payment_id: UUID, identity: Identity) -> Page[Refund]:
    """The refunds of a payment, done and in progress, oldest first."""
    return composition.app().refunds.of_payment(payment_id, identity)


@api.endpoint(
    "POST /v1/payments/{payment_id}/refunds/{refund_id}/decision",
    errors=[
        ConcurrentUpdateError,
        NoTillOpenError,
        NotEnoughInTillError,
        RefundNotFoundError,
        RefundNotInDoubtError,
    ],
)
def decide_refund(payment_id: UUID, refund_id: UUID, body: RefundDecision, identity: Identity) -> Refund:
    """Record what became of a `pending` refund that has a `failure`. Check the gateway first: it is not asked again."""
    return composition.app().refunds.decide(payment_id, refund_id, body, identity)
