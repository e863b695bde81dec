"""The receipt that closes a prepayment at T-Kassa: taken in one state of the payment alone, and without a key."""

from payment.gateways.fiscal_words import FfdVersion
from payment.gateways.port import (
    ClosingReceipt,
    GatewayFaultError,
    GatewayReceipt,
    GatewayRefusedError,
    GatewayUnreachableError,
    NotYetError,
    RequestNeverSentError,
)
from payment.gateways.tkassa import wire
from payment.gateways.tkassa.api import Api
from payment.gateways.tkassa.receipts import closing as rendered

CONFIRMED = "CONFIRMED"
# What the studio's own till must issue.
CLOSED_BY_REFUND = "closing_after_refund"


def close(closing: ClosingReceipt, api: Api, ffd: FfdVersion) -> GatewayReceipt:
    """Not repeated: the call has no key, and what became of it is told by nothing but a notification."""
    if closing.tried:
        raise GatewayRefusedError("receipt_uncertain")
    _require_confirmed(closing.gateway_payment_id, api)
    fields = {"PaymentId": closing.gateway_payment_id, "Receipt": rendered(closing.receipt, ffd)}
    api.post("/cashbox/SendClosingReceipt", fields)
    return GatewayReceipt(str(closing.id), "pending")


def _require_confirmed(gateway_payment_id: str, api: Api) -> None:
    """A closing receipt is taken in this state alone (OpenAPI 1.80), and a refund of a part ends it for good."""
    try:
        status = api.repeated("GetState", lambda: api.state(gateway_payment_id)).status
    except GatewayFaultError:
        raise
    except GatewayUnreachableError as error:
        raise RequestNeverSentError(str(error)) from error
    if status in wire.REFUND_UNDER_WAY:
        raise NotYetError(status)
    if status != CONFIRMED:
        raise GatewayRefusedError(CLOSED_BY_REFUND, status)
