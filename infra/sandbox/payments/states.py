"""The state machine: `pending → held | succeeded | canceled`, `held → succeeded | canceled`, nothing back."""

from datetime import datetime, timedelta

from infra.sandbox.payments.model import Card, Payment, Refund

LINK_LIFE = timedelta(hours=1)
HOLD_LIFE = timedelta(days=7)
# The Faster Payments System moves money at once and cannot hold it.
SBP = "sbp"
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


def show(payment: Payment) -> Payment:
    """The payer has opened the pay page."""
    first = payment.status == "pending" and payment.step == "created"
    return payment.model_copy(update={"step": "shown"}) if first else payment


def check(payment: Payment, card: Card | None) -> Payment:
    """The payer's bank wants to be convinced first: 3-D Secure has begun."""
    _require(payment, "pending")
    return payment.model_copy(update={"step": "checking", "card": card, "method": "bank_card"})


def confirm(payment: Payment, now: datetime) -> Payment:
    """3-D Secure has succeeded."""
    if payment.step != "checking":
        raise TransitionError(payment)
    return pay(payment, now, payment.card)


def pay(payment: Payment, now: datetime, card: Card | None, method: str | None = None) -> Payment:
    """The payer's consent: money is taken, or held until the shop captures it."""
    _require(payment, "pending")
    method = payment.method or method
    changes = {"card": card, "method": method, "deadline": None, "failure": None, "authorized_at": now}
    paid = payment.model_copy(update=changes | {"approved": payment.amount})
    if payment.capture:
        return paid.model_copy(update={"status": "succeeded", "captured_at": now})
    return paid.model_copy(update={"status": "held", "deadline": now + HOLD_LIFE})


def decline(payment: Payment, reason: str) -> Payment:
    """The payer's bank refused, and that is the end."""
    _require(payment, "pending")
    return _cancelled(payment, reason)


def reject(payment: Payment, reason: str) -> Payment:
    """The payer's bank refused; the payer may try again."""
    _require(payment, "pending")
    return payment.model_copy(update={"step": "rejected", "failure": reason, "card": None})


def withdraw(payment: Payment) -> Payment:
    """The shop takes its unpaid link back; not while the payer's bank is at work."""
    _require(payment, "pending")
    if payment.step == "checking":
        raise TransitionError(payment)
    return _cancelled(payment, "canceled_by_merchant")


def capture(payment: Payment, now: datetime, amount: int | None) -> Payment:
    """Take the held money or a part of it; the rest is released."""
    _require(payment, "held")
    taken = _part(payment, amount)
    return payment.model_copy(update={"status": "succeeded", "amount": taken, "captured_at": now, "deadline": None})


def cancel(payment: Payment) -> Payment:
    """The shop gives held money back."""
    _require(payment, "held")
    return _cancelled(payment, "canceled_by_merchant")


def reverse(payment: Payment, amount: int | None) -> Payment:
    """The shop gives money back that is held, or taken and not yet settled: all of it or a part."""
    _require(payment, "held", "succeeded")
    given = _part(payment, amount)
    back = payment.model_copy(update={"reversed": payment.reversed + given})
    if given == payment.amount:
        return _cancelled(back, "canceled_by_merchant")
    return back.model_copy(update={"amount": payment.amount - given})


def expire(payment: Payment) -> Payment:
    """The payment was not paid or not captured in time."""
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


def _part(payment: Payment, amount: int | None) -> int:
    if amount is not None and amount > payment.amount:
        raise AmountError(payment.amount)
    return payment.amount if amount is None else amount


def _cancelled(payment: Payment, reason: str) -> Payment:
    return payment.model_copy(update={"status": "canceled", "cancellation": reason, "deadline": None})


def _require(payment: Payment, *statuses: str) -> None:
    if payment.status not in statuses:
        raise TransitionError(payment)
