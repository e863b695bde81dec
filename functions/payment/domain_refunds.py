"""The life of a refund: how much may go back, of which payments, and what the gateway's word changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from payment.domain import DUPLICATE, Attempt, facts
from payment.domain_gateway import GatewayPayment, GatewayRefund, RefundOrder
from payment.errors import PaymentNotRefundableError, RefundNotInDoubtError, RefundTooLargeError
from shared_schemas.common import Money
from shared_schemas.events import EventData, PaymentRefunded, PaymentRefundFailed, ServiceError
from shared_schemas.payment import CollectedPayment, RefundStatus
from shared_schemas.payment import Refund as RefundView

OPEN: frozenset[RefundStatus] = frozenset({"creating", "pending"})
SYSTEM = "system"
# Causes that a payment has once at most, whatever tells of them. What they turn away never counted for its booking.
REFUSED = "refused"
TURNED_AWAY = (DUPLICATE, REFUSED)
# What a payment brought beyond what its booking was to have; the rest of it counts.
EXCESS = "excess"
# What a gateway returned by itself, or by somebody's hand in its cabinet.
OUTSIDE = "outside"
# A gateway's word for a payment that was undone on its day, which for some is another word than a refund.
REVERSED = "reversed"
# Staff are told of a refund that its gateway has not taken on for so long, and decide on it after so much longer.
TOLD_AFTER = timedelta(hours=1)
DECIDED_AFTER = timedelta(hours=24)
# A gateway that has taken a refund on may take days, as banks do.
SLOW_AFTER = timedelta(days=3)
NOT_TAKEN_ON = "refund_not_taken_on"
NOT_ANSWERED = "refund_not_answered"
STILL_PENDING = "refund_still_pending"
# For so long a refund that failed for a passing reason is tried again under a new key.
RENEWED_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Refund:
    """A part of a payment, in kopecks, on its way back.

    `cause` makes one event ask once for each payment; `reason` is a code and `comment` what staff wrote. The gateway
    knows it by `key`, saved before the gateway is called and kept however often it is; `attempts` counts the calls
    under it that may have gone out. `failure` is the gateway's word, also where an open refund needs a human;
    `decided_by` is who looked, and `decision` what they saw."""

    id: UUID
    payment_id: UUID
    booking_id: UUID
    customer_id: UUID
    amount: int
    reason: str
    cause: str
    requested_by: str
    key: UUID
    created_at: datetime
    next_attempt_at: datetime | None
    comment: str | None = None
    status: RefundStatus = "creating"
    version: int = 1
    gateway_refund_id: str | None = None
    attempts: int = 0
    failure: str | None = None
    settled_at: datetime | None = None
    decided_by: str | None = None
    decision: str | None = None


def new_refund(
    refund_id: UUID,
    attempt: Attempt,
    amount: int,
    reason: str,
    now: datetime,
    *,
    cause: str | None = None,
    requested_by: str = SYSTEM,
    comment: str | None = None,
) -> Refund:
    """A refund of a payment that may be sent at once; without a `cause` it is its own."""
    return Refund(
        id=refund_id,
        payment_id=attempt.payment_id,
        booking_id=attempt.booking_id,
        customer_id=attempt.customer_id,
        amount=amount,
        reason=reason,
        cause=cause or str(refund_id),
        requested_by=requested_by,
        key=refund_id,
        created_at=now,
        next_attempt_at=now,
        comment=comment,
    )


def gone_back(refund: Refund, now: datetime) -> Refund:
    """The refund once its gateway has made it, unasked."""
    return _settled(refund, "succeeded", None, now)


def outside(attempt: Attempt, found: GatewayPayment, asked: int, now: datetime) -> Refund | None:
    """Money that its gateway has returned and nobody here `asked` for, in its cabinet for example: done already."""
    back = attempt.taken if found.reason == REVERSED and found.status == "failed" else found.refunded or 0
    return beyond(attempt, back, asked, now)


def beyond(attempt: Attempt, back: int, asked: int, now: datetime) -> Refund | None:
    """The same, of all that went `back` by the gateway's word, in kopecks."""
    if (more := min(back, attempt.taken) - asked) <= 0:
        return None
    return gone_back(new_refund(uuid4(), attempt, more, OUTSIDE, now, cause=f"{OUTSIDE}:{asked}:{back}"), now)


def excess(attempt: Attempt, collected: int) -> int:
    """How much of what was taken others have brought already, whom the booking did not know of when it asked; in
    kopecks. What goes back meanwhile says nothing of that."""
    return min(max(collected + attempt.taken - attempt.covers, 0), attempt.taken)


def collected(attempt: Attempt, refunds: Sequence[Refund]) -> CollectedPayment:
    """What the booking may count of a payment that came in."""
    returning = sum(refund.amount for refund in refunds if refund.cause == EXCESS and refund.status != "failed")
    return CollectedPayment(
        payment_id=attempt.payment_id,
        booking_id=attempt.booking_id,
        taken=Money(amount=attempt.taken),
        returning=Money(amount=returning),
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


def order_of(refund: Refund, attempt: Attempt, refunded_before: int) -> RefundOrder:
    """What to tell the gateway of a payment that was collected; `attempts` counts the call about to be made."""
    return RefundOrder(
        id=refund.key,
        gateway_payment_id=attempt.gateway_payment_id or "",
        amount=refund.amount,
        paid=attempt.taken,
        refunded_before=refunded_before,
        tried=refund.attempts > 1,
        method=attempt.method,
        description=f"Возврат по бронированию {attempt.booking_number}",
        gateway_refund_id=refund.gateway_refund_id,
    )


def answered(refund: Refund, found: GatewayRefund, now: datetime, new_key: UUID) -> Refund:
    """The open refund after the gateway's word; the very same where that is no news."""
    if found.amount != refund.amount:
        return doubtful(refund, "amount_mismatch")
    if found.needs_new_id and now - refund.created_at < RENEWED_FOR:
        renewed = replace(refund, key=new_key, attempts=0, gateway_refund_id=None)
        return _moved(renewed, "creating", found.reason)
    if found.status != "pending":
        return _settled(replace(refund, gateway_refund_id=found.id), found.status, found.reason, now)
    if refund.status == "pending" and refund.gateway_refund_id == found.id:
        return refund
    return _moved(replace(refund, gateway_refund_id=found.id), "pending", None)


def refused(refund: Refund, code: str, now: datetime) -> Refund:
    """After the gateway's no. Once it has taken a refund on, a no is no proof that nothing went back."""
    return _settled(refund, "failed", code, now) if refund.status == "creating" else doubtful(refund, code)


def doubtful(refund: Refund, code: str) -> Refund:
    """Nobody can tell whether the money went: it stays open until a human looks, lest it goes back twice."""
    if refund.status == "pending" and refund.failure:
        return refund
    return _moved(refund, "pending", code)


def overdue(refund: Refund, now: datetime) -> Refund:
    """The open refund after another turn that brought nothing; the very same while there is time.

    Nothing is asked for again after a day: by then nobody can tell any more what became of the requests."""
    age = now - refund.created_at
    if refund.status == "pending":
        return doubtful(refund, STILL_PENDING) if age >= SLOW_AFTER else refund
    if refund.status != "creating" or age < TOLD_AFTER:
        return refund
    if age >= DECIDED_AFTER:
        return doubtful(refund, NOT_ANSWERED)
    return refund if refund.failure == NOT_TAKEN_ON else _moved(refund, "creating", NOT_TAKEN_ON)


def decided(refund: Refund, outcome: Literal["succeeded", "failed"], by: str, why: str, now: datetime) -> Refund:
    """The refund in doubt after a human has looked; `RefundNotInDoubtError` where its gateway has the word."""
    if refund.status != "pending" or not refund.failure:
        raise RefundNotInDoubtError(status=refund.status)
    return _settled(replace(refund, decided_by=by, decision=why), outcome, refund.failure, now)


def _moved(refund: Refund, status: RefundStatus, failure: str | None) -> Refund:
    return replace(refund, status=status, version=refund.version + 1, failure=failure)


def _settled(refund: Refund, status: RefundStatus, failure: str | None, now: datetime) -> Refund:
    kept = failure if status == "failed" else None
    return replace(_moved(refund, status, kept), settled_at=now, next_attempt_at=None)


def events_of(before: Refund, after: Refund, attempt: Attempt) -> list[EventData]:
    """What the change from `before` to `after` tells the world."""
    if after.failure == NOT_TAKEN_ON and before.failure != after.failure:
        return [alarm(attempt, NOT_TAKEN_ON, f"Refund {after.id} waits for its gateway; it is asked on for a day")]
    if after.status == "pending" and after.failure and before.failure != after.failure:
        return [alarm(attempt, after.failure, f"Refund {after.id} needs a human")]
    if after.status in OPEN or after.status == before.status:
        return []
    kind = PaymentRefunded if after.status == "succeeded" else PaymentRefundFailed
    told = facts(attempt) | {"amount": Money(amount=after.amount)}
    news: list[EventData] = [kind(**told, refund_id=after.id, reason=after.failure or after.reason)]
    if after.status == "failed":
        # The client hears nothing of it: whoever runs the studio must give the money back in another way.
        news.append(alarm(attempt, "refund_failed", f"Refund {after.id} failed: {after.failure}"))
    return news


def alarm(attempt: Attempt, code: str, detail: str) -> ServiceError:
    """Something about a refund that an operator should look at."""
    return ServiceError(
        service="payment",
        operation="refund",
        code=code,
        detail=detail,
        booking_id=attempt.booking_id,
        payment_id=attempt.payment_id,
    )


def of_unknown_sum(attempt: Attempt) -> ServiceError:
    """Something went back that nobody here asked for, and its gateway does not say how much."""
    detail = f"A part of the gateway's {attempt.gateway_payment_id} went back, and it does not say how much"
    return alarm(attempt, "refund_of_unknown_sum", detail)


def view(refund: Refund, *, for_staff: bool) -> RefundView:
    """The refund as its payer or the staff see it."""
    names = ("comment", "requested_by", "decided_by", "decision")
    private = {name: getattr(refund, name) for name in names} if for_staff else {}
    return RefundView(
        id=refund.id,
        payment_id=refund.payment_id,
        booking_id=refund.booking_id,
        status=refund.status,
        amount=Money(amount=refund.amount),
        reason=refund.reason,
        failure=refund.failure,
        created_at=refund.created_at,
        settled_at=refund.settled_at,
        **private,
    )
