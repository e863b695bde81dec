"""How much of payments counts for their bookings, and how much may go back of which."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from payment.attempts.domain import Attempt
from payment.refunds.domain.refund import EXCESS, StoredRefund
from payment.refunds.errors import PaymentNotRefundableError, RefundTooLargeError
from shared_schemas.common import Money
from shared_schemas.payment.payments import CollectedPayment


def excess(attempt: Attempt, collected: int) -> int:
    """How much of what was taken others have brought already, whom the booking did not know of when it asked; in
    kopecks. What goes back meanwhile says nothing of that."""
    return min(max(collected + attempt.taken - attempt.covers, 0), attempt.taken)


def collected(attempt: Attempt, refunds: Sequence[StoredRefund], at: datetime | None) -> CollectedPayment:
    """What the booking may count of a payment that came in then."""
    returning = sum(refund.amount for refund in refunds if refund.cause == EXCESS and refund.status != "failed")
    return CollectedPayment(
        payment_id=attempt.payment_id,
        booking_id=attempt.booking_id,
        taken=Money(amount=attempt.taken),
        returning=Money(amount=returning),
        at=at,
    )


def refundable(attempt: Attempt, left: int, wanted: int | None) -> int:
    """How much to give back of what is `left` of a payment, in kopecks; all of it unless told otherwise."""
    if not attempt.taken:
        raise PaymentNotRefundableError(status=attempt.status)
    amount = left if wanted is None else wanted
    if not 0 < amount <= left:
        raise RefundTooLargeError(available=left)
    return amount


def share_out(amount: int, payments: Sequence[tuple[Attempt, int]]) -> Iterator[tuple[Attempt, int]]:
    """Which payments to take `amount` from, given what is left of each: the newest first.

    Less than asked for where they do not hold as much."""
    for attempt, left in sorted(payments, key=lambda item: item[0].created_at, reverse=True):
        part = min(amount, left)
        amount -= part
        if part:
            yield attempt, part
