"""What a gateway tells unasked of money that went back, where it has no refunds that could be asked for."""

from collections.abc import Sequence
from dataclasses import replace

from payment.domain import Attempt
from payment.domain_refunds import OPEN, Refund
from payment.providers.base import Notification

WITNESS = "returned"


def witness_of(refund: Refund) -> str:
    """The object of a notification that speaks of just this refund."""
    return f"refund-{refund.id}"


def attributed(notification: Notification, attempt: Attempt, untold: Sequence[Refund]) -> Notification:
    """The same, as the word on one of the refunds that nothing was told of yet; unchanged where it speaks of none.

    They go to the gateway one after the other, so the first of that sum is meant: a word on an earlier one may come
    late, and must not speak for a later one of the same sum. Some gateways tell the payment's sum, or what is left."""
    asked = [row for row in untold if row.status == "succeeded" or (row.status in OPEN and row.attempts > 0)]
    meant = next((row for row in asked if row.amount == notification.returned), None)
    if meant is None and asked and notification.returned in _wholes(attempt, asked[0]):
        meant = asked[0]
    return replace(notification, event=WITNESS, object_id=witness_of(meant)) if meant else notification


def _wholes(attempt: Attempt, refund: Refund) -> tuple[int, int]:
    return attempt.taken, attempt.taken - attempt.refunded - (refund.amount if refund.status in OPEN else 0)
