"""What may be taken at the desk, and the payment that comes of it."""

from datetime import datetime
from uuid import UUID

from payment.attempts.domain import Attempt
from payment.attempts.errors import HoldExpiredError
from payment.desk.errors import MoreThanDueError
from payment.paying.charges import OWING, received
from payment.paying.errors import AmountOutOfRangeError, BookingNotPayableError
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money
from shared_schemas.payment.desk import DeskPaymentRequest


def taken(
    attempt_id: UUID, payment_id: UUID, request: DeskPaymentRequest, terms: PaymentTerms, by: str, now: datetime
) -> Attempt:
    """A payment that is here already, so there is nothing to wait for.

    `HoldExpiredError`, `BookingNotPayableError` or `AmountOutOfRangeError` if it would confirm nothing,
    `MoreThanDueError`."""
    amount = request.amount.amount
    _require_payable(terms, amount, now)
    return Attempt(
        id=attempt_id,
        payment_id=payment_id,
        booking_id=terms.booking_id,
        booking_number=terms.number,
        customer_id=terms.customer_id,
        provider=request.method,
        method=request.method,
        purpose=("full" if amount == terms.balance.amount else "prepayment")
        if terms.status == "pending"
        else "balance",
        amount=Money(amount=amount),
        covers=received(terms) + amount,
        booking_version=terms.booking_version,
        return_url="",
        correlation_id=terms.correlation_id,
        expires_at=now,
        created_at=now,
        status="succeeded",
        taken=amount,
        taken_by=by,
        note=request.note,
    )


def require_room(attempt: Attempt, terms: PaymentTerms, collected: int) -> None:
    """`MoreThanDueError` if what came in meanwhile leaves less to pay than this, though the booking did not know of it
    yet; `collected` is all that came in without it, in kopecks."""
    left = max(received(terms) + terms.balance.amount - collected, 0)
    if attempt.taken > left:
        raise MoreThanDueError(due=left)


def _require_payable(terms: PaymentTerms, amount: int, now: datetime) -> None:
    held = terms.status == "pending"
    if terms.status == "expired" or (held and terms.hold_expires_at and terms.hold_expires_at <= now):
        raise HoldExpiredError
    if terms.status not in OWING:
        raise BookingNotPayableError(status=terms.status)
    if amount > terms.balance.amount:
        raise MoreThanDueError(due=terms.balance.amount)
    if held and amount < terms.due.amount:
        raise AmountOutOfRangeError(least=terms.due.amount, most=terms.balance.amount)
