"""What may be charged for a booking: how much, what for, and until when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from payment.attempts.domain import Attempt
from payment.attempts.errors import HoldExpiredError
from payment.paying.errors import AmountOutOfRangeError, BookingNotPayableError, TooManyOpenPaymentsError
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money
from shared_schemas.payment.kinds import Purpose
from shared_schemas.payment.payments import PaymentRequest
from shared_schemas.visits.status import BookingStatus

# A debt may be paid until long after the visit; a cancelled booking is not charged.
OWING: frozenset[BookingStatus] = frozenset({"pending", "confirmed", "in_progress", "completed"})
# How long a link without a hold is valid.
LINK_LIFE = timedelta(hours=1)


def require_payable(terms: PaymentTerms, now: datetime) -> datetime:
    """Until when the booking may be paid; `HoldExpiredError` or `BookingNotPayableError` if it may not."""
    if terms.status == "expired":
        raise HoldExpiredError
    if terms.status not in OWING or terms.balance.amount <= 0:
        raise BookingNotPayableError(status=terms.status)
    if terms.status != "pending" or terms.hold_expires_at is None:
        return now + LINK_LIFE
    if terms.hold_expires_at <= now:
        raise HoldExpiredError
    return terms.hold_expires_at


def require_room(open_until: Sequence[datetime], most: int, now: datetime) -> None:
    """`TooManyOpenPaymentsError` if a client has begun more payments than the studio's policy lets anybody.

    `open_until` says when each of those that are open ends, this one included."""
    if len(open_until) > most:
        wait = (min(open_until) - now).total_seconds()
        raise TooManyOpenPaymentsError(retry_after=max(int(wait) + 1, 1), max=most)


def to_pay(request: PaymentRequest, terms: PaymentTerms) -> tuple[Purpose, Money]:
    """How much to collect and what for; `AmountOutOfRangeError` if the payer's own figure will not do."""
    amount = _asked(request, terms)
    if terms.status == "pending":
        return ("full" if amount == terms.balance else "prepayment"), amount
    return ("prepayment" if request.purpose == "prepayment" else "balance"), amount


def _asked(request: PaymentRequest, terms: PaymentTerms) -> Money:
    least = terms.due.amount if terms.status == "pending" else 1
    most = terms.balance.amount
    if request.amount:
        if not least <= request.amount.amount <= most:
            raise AmountOutOfRangeError(least=least, most=most)
        return Money(amount=request.amount.amount)
    if request.purpose == "prepayment" and not terms.due.amount:
        raise BookingNotPayableError(status=terms.status)
    prepaid = request.purpose or ("prepayment" if terms.status == "pending" and terms.due.amount else "balance")
    return terms.due if prepaid == "prepayment" else terms.balance


def new_attempt(
    attempt_id: UUID,
    payment_id: UUID,
    request: PaymentRequest,
    terms: PaymentTerms,
    now: datetime,
    *,
    two_stage: bool = False,
) -> Attempt:
    """An attempt to collect what the booking's terms allow; SBP has no second stage anywhere."""
    purpose, amount = to_pay(request, terms)
    return Attempt(
        id=attempt_id,
        payment_id=payment_id,
        booking_id=terms.booking_id,
        booking_number=terms.number,
        customer_id=terms.customer_id,
        provider=request.provider,
        method=request.method,
        purpose=purpose,
        two_stage=two_stage and request.method != "sbp",
        amount=amount,
        covers=received(terms) + amount.amount,
        booking_version=terms.booking_version,
        return_url=request.return_url,
        correlation_id=terms.correlation_id,
        expires_at=require_payable(terms, now),
        created_at=now,
    )


def received(terms: PaymentTerms) -> int:
    """What has come in for the booking by its own books, in kopecks, whatever has gone back since."""
    return (terms.received or terms.kept).amount


def is_wanted(attempt: Attempt, terms: PaymentTerms) -> bool:
    """Whether held money is to be taken: it is still owed, or may yet win back a slot whose hold expired."""
    return terms.status in {*OWING, "expired"} and received(terms) + attempt.amount.amount <= attempt.covers
