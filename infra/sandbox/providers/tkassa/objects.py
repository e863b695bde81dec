"""Payments as T-Kassa writes them. What is a string here and a number there is so in the real API."""

from typing import Any

from infra.sandbox.payments.model import Payment, Refund
from infra.sandbox.payments.states import SBP

NAME = "tkassa"
STEPS = {"created": "NEW", "shown": "FORM_SHOWED", "checking": "3DS_CHECKING", "rejected": "REJECTED"}
CHECK_FAILED = "3d_secure_failed"
# 1000 and the code of ISO 8583.
REFUSALS = {
    "insufficient_funds": "1051",
    "call_issuer": "1001",
    "card_expired": "1054",
    "fraud_suspected": "1034",
    "invalid_csc": "1082",
    "issuer_unavailable": "1091",
    "payment_method_limit_exceeded": "1061",
    CHECK_FAILED: "101",
}
SOURCES = {SBP: "sbpqr", "tinkoff_bank": "TinkoffPay"}
NO_REASON_GIVEN = "1005"


def status(payment: Payment, refunds: list[Refund]) -> str:
    """The status that a shop sees."""
    match payment.status:
        case "pending":
            return "AUTH_FAIL" if _failed_check(payment) else STEPS[payment.step]
        case "held":
            return "PARTIAL_REVERSED" if payment.reversed else "AUTHORIZED"
        case "succeeded":
            return _after_payment(payment, refunds)
    if payment.authorized_at:
        return "REVERSED"
    return "DEADLINE_EXPIRED" if payment.cancellation == "expired_on_confirmation" else "CANCELED"


def source(payment: Payment) -> str:
    """How it was paid."""
    return SOURCES.get(payment.method or "", "cards")


def params(payment: Payment) -> list[dict[str, str]]:
    """What `GetState` tells beside the state, once somebody paid."""
    return [{"Key": "Route", "Value": "ACQ"}, {"Key": "Source", "Value": source(payment)}]


def error_code(payment: Payment) -> str:
    """Why the last attempt failed; `"0"` if none did."""
    if payment.status != "pending" or payment.failure is None:
        return "0"
    return REFUSALS.get(payment.failure, NO_REASON_GIVEN)


class Objects:
    """Writes what belongs to one terminal."""

    def __init__(self, terminal: str, public_url: str) -> None:
        self.terminal = terminal
        self._public_url = public_url

    def created(self, payment: Payment) -> dict[str, Any]:
        return self.state(payment, []) | {"PaymentURL": f"{self._public_url}/pay/{payment.id}"}

    def state(self, payment: Payment, refunds: list[Refund]) -> dict[str, Any]:
        answer = self.answer(payment) | {"Status": status(payment, refunds), "Amount": payment.amount}
        return answer | ({"Params": params(payment)} if payment.authorized_at else {})

    def cancelled(self, payment: Payment, refunds: list[Refund], before: int, after: int) -> dict[str, Any]:
        """What `Cancel` answers; the amounts are those left of the payment."""
        amounts = {"OriginalAmount": before, "NewAmount": after}
        return self.answer(payment) | {"Status": status(payment, refunds)} | amounts

    def order(self, payment: Payment, refunds: list[Refund]) -> dict[str, Any]:
        entry = {
            "PaymentId": payment.id,
            "Amount": payment.amount,
            "Status": status(payment, refunds),
            "Success": "true",
            "ErrorCode": int(error_code(payment)),
        }
        head = {"Success": True, "ErrorCode": "0", "Message": "OK", "TerminalKey": self.terminal}
        return head | {"OrderId": payment.order_number, "Payments": [entry]}

    def code(self, payment: Payment, data: str) -> dict[str, Any]:
        """What `GetQr` answers: here the payment's id is a number."""
        return self.answer(payment) | {"PaymentId": int(payment.id), "Data": data}

    def answer(self, payment: Payment) -> dict[str, Any]:
        ids = {"TerminalKey": self.terminal, "OrderId": payment.order_number, "PaymentId": payment.id}
        return {"Success": True, "ErrorCode": "0"} | ids


def _failed_check(payment: Payment) -> bool:
    return payment.step == "rejected" and payment.failure == CHECK_FAILED


def _after_payment(payment: Payment, refunds: list[Refund]) -> str:
    if any(refund.status == "pending" for refund in refunds):
        return "ASYNC_REFUNDING"
    if payment.refunded >= payment.amount:
        return "REFUNDED"
    return "PARTIAL_REFUNDED" if payment.refunded else "CONFIRMED"
