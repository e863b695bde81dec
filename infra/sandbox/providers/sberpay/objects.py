"""Orders as `getOrderStatusExtended` writes them; instants are milliseconds since 1970."""

from datetime import datetime
from typing import Any

from infra.sandbox.payments.model import Payment, Refund

NAME = "sberpay"
REGISTERED, HELD, PAID, REVERSED, REFUNDED, CHECKING, DECLINED = range(7)
STATES = ("CREATED", "APPROVED", "DEPOSITED", "REVERSED", "REFUNDED", "CREATED", "DECLINED")
NOT_TRIED = -100
EXPIRED = -2007
# Of ISO 8583, where it has one.
ACTION_CODES = {
    "insufficient_funds": 116,
    "3d_secure_failed": -2006,
    "call_issuer": 107,
    "card_expired": 101,
    "fraud_suspected": 102,
    "issuer_unavailable": 907,
    "payment_method_limit_exceeded": 121,
    "expired_on_confirmation": EXPIRED,
}
NO_REASON_GIVEN = 100
WAYS = {"bank_card": "CARD", "sbp": "SBP_C2B", "sberbank": "SBRF_SBERPAY"}


def order_status(payment: Payment) -> int:
    """0 to 6; a refund of whatever part makes it 4."""
    match payment.status:
        case "pending":
            return CHECKING if payment.step == "checking" else REGISTERED
        case "held":
            return HELD
        case "succeeded":
            return REFUNDED if payment.refunded else PAID
    return REVERSED if payment.authorized_at else DECLINED


def order(payment: Payment, refunds: list[Refund]) -> dict[str, Any]:
    status = order_status(payment)
    fields = {
        "orderNumber": payment.order_number,
        "orderStatus": status,
        "actionCode": action_code(payment),
        "actionCodeDescription": payment.cancellation or "",
        "amount": payment.approved or payment.amount,
        "currency": "643",
        "date": _ms(payment.created_at),
        "depositedDate": _ms(payment.captured_at),
        "orderDescription": payment.description,
        "authDateTime": _ms(payment.authorized_at),
        "paymentWay": WAYS.get(payment.method or "") if payment.authorized_at else None,
        "attributes": [{"name": "mdOrder", "value": payment.id}],
        "merchantOrderParams": [{"name": name, "value": value} for name, value in payment.metadata.items()],
        "cardAuthInfo": _card(payment),
        "paymentAmountInfo": amounts(payment) | {"paymentState": STATES[status]},
        "operations": _operations(payment, refunds),
    }
    return {name: value for name, value in fields.items() if value is not None}


def action_code(payment: Payment) -> int:
    """How the last attempt ended."""
    if payment.authorized_at:
        return 0
    if payment.cancellation:
        return ACTION_CODES.get(payment.cancellation, NO_REASON_GIVEN)
    return NOT_TRIED


def amounts(payment: Payment) -> dict[str, int]:
    """What was held, taken and given back, in kopecks."""
    return {
        "approvedAmount": payment.approved - payment.reversed,
        "depositedAmount": payment.amount if payment.status == "succeeded" else 0,
        "refundedAmount": payment.refunded,
    }


def _operations(payment: Payment, refunds: list[Refund]) -> list[dict[str, Any]]:
    done: list[dict[str, Any]] = []
    if payment.authorized_at:
        kind = "AUTHORIZATION" if payment.capture else "PREAUTHORIZATION"
        done.append({"type": kind, "amount": payment.approved, "date": _ms(payment.authorized_at), "actionCode": 0})
    if payment.captured_at and not payment.capture:
        done.append({"type": "COMPLETION", "amount": payment.amount, "date": _ms(payment.captured_at), "actionCode": 0})
    if payment.reversed:
        done.append({"type": "REVERSAL", "amount": payment.reversed, "actionCode": 0})
    return done + [_refund(refund) for refund in refunds if refund.status == "succeeded"]


def _refund(refund: Refund) -> dict[str, Any]:
    known = {"externalRefundId": refund.key} if refund.key else {}
    return {"type": "REFUND", "amount": refund.amount, "date": _ms(refund.created_at), "actionCode": 0} | known


def _card(payment: Payment) -> dict[str, str] | None:
    if not (card := payment.card):
        return None
    masked = f"{card.first6}**{card.last4}"
    until = f"{card.expiry_year}{card.expiry_month}"
    return {"maskedPan": masked, "pan": masked, "expiration": until, "paymentSystem": "MASTERCARD"}


def _ms(moment: datetime | None) -> int | None:
    return int(moment.timestamp() * 1000) if moment else None
