"""The state machine: `pending → held | succeeded | canceled`, `held → succeeded | canceled`, nothing back."""

from datetime import datetime, timedelta

from infra.local.sandbox.payments.model import Card, Payment, Refund

LINK_LIFE = timedelta(hours=1)
HOLD_LIFE = timedelta(days=7)
DECLINES = (
    "insufficient_funds",
    "3d_secure_failed",
    "call_issuer",
    "card_expired",
    "fraud_suspected",
    "general_decline",
    "invalid_csc",
    "issuer_unavailable",
    "payment_method_limit_exceeded",
)


class TransitionError(Exception):
    """The payment's state does not allow this."""

    def __init__(self, payment: Payment) -> None:
        super().__init__(f"payment {payment.id} is {payment.status}")
        self.payment = payment


class AmountError(Exception):
    """More was asked for than there is; `left` is in kopecks."""

    def __init__(self, left: int) -> None:
        super().__init__(f"only {left} kopecks are left")
        self.left = left


def pay(payment: Payment, now: datetime, card: Card | None) -> Payment:
    """The payer's consent: money is taken, or held until the shop captures it."""
    _require(payment, "pending")
    paid = payment.model_copy(update={"card": card, "deadline": None})
    if payment.capture:
        return paid.model_copy(update={"status": "succeeded", "captured_at": now})
    return paid.model_copy(update={"status": "held", "deadline": now + HOLD_LIFE})


def decline(payment: Payment, reason: str) -> Payment:
    """The payer's bank refused."""
    _require(payment, "pending")
    return _cancelled(payment, reason)


def capture(payment: Payment, now: datetime, amount: int | None) -> Payment:
    """Take the held money or a part of it; the rest is released."""
    _require(payment, "held")
    taken = payment.amount if amount is None else amount
    if taken > payment.amount:
        raise AmountError(payment.amount)
    return payment.model_copy(update={"status": "succeeded", "amount": taken, "captured_at": now, "deadline": None})


def cancel(payment: Payment) -> Payment:
    """The shop gives held money back."""
    _require(payment, "held")
    return _cancelled(payment, "canceled_by_merchant")


def expire(payment: Payment) -> Payment:
    """Nobody paid, or nobody captured, in time."""
    return _cancelled(payment, "expired_on_capture" if payment.status == "held" else "expired_on_confirmation")


def open_refund(payment: Payment, earlier: list[Refund], amount: int) -> None:
    """Check that this much can be refunded beside what was and will be."""
    _require(payment, "succeeded")
    left = payment.amount - sum(refund.amount for refund in earlier if refund.status != "canceled")
    if amount > left:
        raise AmountError(left)


def settle_refund(payment: Payment, refund: Refund) -> tuple[Payment, Refund]:
    """The money has gone back."""
    done = refund.model_copy(update={"status": "succeeded", "due_at": None})
    return payment.model_copy(update={"refunded": payment.refunded + refund.amount}), done


def cancel_refund(refund: Refund) -> Refund:
    return refund.model_copy(update={"status": "canceled", "due_at": None, "cancellation": "insufficient_funds"})


def _cancelled(payment: Payment, reason: str) -> Payment:
    return payment.model_copy(update={"status": "canceled", "cancellation": reason, "deadline": None})


def _require(payment: Payment, status: str) -> None:
    if payment.status != status:
        raise TransitionError(payment)
