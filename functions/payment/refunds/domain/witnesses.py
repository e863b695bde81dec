"""Unasked notices about refunds, for gateways whose refunds cannot be looked up."""

from collections.abc import Sequence

from payment.attempts.domain import Attempt
from payment.refunds.domain.refund import OPEN, OUTSIDE, StoredRefund

WITNESS = "returned"


def witness_of(refund: StoredRefund) -> str:
    """The object of a notification that speaks of just this refund."""
    return f"refund-{refund.id}"


def spoken_of(returned: int, attempt: Attempt, untold: Sequence[StoredRefund]) -> StoredRefund | None:
    """Which of the refunds that nothing was told of yet is meant by a sum that went back, in kopecks; None for none.

    They go to the gateway one after the other, so the first of that sum is meant: a word on an earlier one may come
    late, and must not speak for a later one of the same sum. Some gateways tell the payment's sum, or what is left.
    What went back outside of this system was told by the very word that made us enter it."""
    ours = [row for row in untold if row.reason != OUTSIDE]
    asked = [row for row in ours if row.status == "succeeded" or (row.status in OPEN and row.attempts > 0)]
    meant = next((row for row in asked if row.amount == returned), None)
    if meant is None and asked and returned in _wholes(attempt, asked[0]):
        meant = asked[0]
    return meant


def is_unexplained(returned: int, attempt: Attempt, refunds: Sequence[StoredRefund]) -> bool:
    """Whether a sum that went back is none of any refund that is known, nor a word of the payment as a whole: some part
    of the payment went back besides them."""
    known = [row.amount for row in refunds if row.status != "failed"]
    return bool(known) and returned not in {*known, attempt.taken, attempt.taken - sum(known)}


def _wholes(attempt: Attempt, refund: StoredRefund) -> tuple[int, int]:
    return attempt.taken, attempt.taken - attempt.refunded - (refund.amount if refund.status in OPEN else 0)
