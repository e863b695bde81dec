"""Visits of a group that are paid at once: which of them, and how much of it is for each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from payment.attempts.domain import Attempt
from payment.attempts.errors import HoldExpiredError
from payment.paying.charges import new_attempt, require_payable
from payment.paying.errors import AmountOutOfRangeError, BookingNotPayableError, GroupNotPayableError
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.money import spread
from shared_schemas.payment.kinds import Purpose
from shared_schemas.payment.payments import PaymentRequest, PositiveMoney

Share = tuple[PaymentTerms, int]
"""A visit, and how much is paid for it, in kopecks."""


def payable(visits: Sequence[PaymentTerms], now: datetime) -> list[PaymentTerms]:
    """The visits that may be paid, in the order in which their payments are locked; `GroupNotPayableError` if there is
    none. One that is cancelled, paid or no longer held is left out."""
    found = sorted((visit for visit in visits if _is_payable(visit, now)), key=lambda visit: str(visit.booking_id))
    if not found:
        raise GroupNotPayableError
    return found


def _is_payable(visit: PaymentTerms, now: datetime) -> bool:
    try:
        require_payable(visit, now)
    except (BookingNotPayableError, HoldExpiredError):
        return False
    return True


def divided(visits: Sequence[PaymentTerms], amount: int) -> list[Share]:
    """A sum for all of them: each visit gets what confirms it, and what is left goes by what they cost beside that.

    `AmountOutOfRangeError` if it would leave one unconfirmed, or is more than is left to pay."""
    least = [visit.due.amount if visit.status == "pending" else 0 for visit in visits]
    most = [visit.balance.amount for visit in visits]
    if not sum(least) <= amount <= sum(most):
        raise AmountOutOfRangeError(least=max(sum(least), 1), most=sum(most))
    further = [whole - part for whole, part in zip(most, least, strict=True)]
    rest = spread(further, amount - sum(least)) if sum(further) else further
    return _some(visits, [part + more for part, more in zip(least, rest, strict=True)])


def wanted(visits: Sequence[PaymentTerms], purpose: Purpose | None) -> list[Share]:
    """What is asked for each without a sum of the payer's own. `GroupNotPayableError` if that is nothing."""
    shares = _some(visits, [_asked(visit, purpose) for visit in visits])
    if not shares:
        raise GroupNotPayableError
    return shares


def _asked(visit: PaymentTerms, purpose: Purpose | None) -> int:
    prepaid = purpose or ("prepayment" if visit.status == "pending" and visit.due.amount else "balance")
    return (visit.due if prepaid == "prepayment" else visit.balance).amount


def _some(visits: Sequence[PaymentTerms], amounts: Sequence[int]) -> list[Share]:
    return [(visit, amount) for visit, amount in zip(visits, amounts, strict=True) if amount]


def parts(request: PaymentRequest, shares: Sequence[Share], now: datetime) -> list[Attempt]:
    """Payments that are one at the gateway, open until the first hold ends; a single one is as any other.

    They are taken in one stage: what one visit cannot use any more goes back, and the others keep theirs."""
    attempt_id, lead, made = uuid4(), uuid4(), list[Attempt]()
    for visit, amount in shares:
        own = {"booking_id": visit.booking_id, "group_id": None, "amount": PositiveMoney(amount=amount)}
        payment_id = uuid4() if made else lead
        made.append(new_attempt(attempt_id, payment_id, request.model_copy(update=own), visit, now))
    if len(made) == 1:
        return made
    until, whole = min(part.expires_at for part in made), sum(amount for _, amount in shares)
    return [replace(part, whole_id=lead, whole_amount=whole, expires_at=until) for part in made]


def is_same(one: Sequence[Attempt], other: Sequence[Attempt]) -> bool:
    """Whether two sets of payments ask for the same sums of the same visits."""
    return {(part.booking_id, part.amount.amount) for part in one} == {
        (part.booking_id, part.amount.amount) for part in other
    }


def named(request: PaymentRequest) -> UUID:
    """The booking of a request that is for one."""
    if request.booking_id is None:
        raise ValueError("a payment for a group has no booking of its own")
    return request.booking_id
