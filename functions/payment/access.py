"""Whose a payment is."""

from core.identity import Identity
from payment.attempts.domain import Attempt
from payment.attempts.errors import PaymentNotFoundError


def visible(attempt: Attempt, caller: Identity) -> Attempt:
    """The payment; to a client or a guest, somebody else's does not exist (`PaymentNotFoundError`)."""
    if caller.is_staff or caller.owns(attempt.customer_id, attempt.booking_id):
        return attempt
    raise PaymentNotFoundError(payment_id=str(attempt.payment_id))
