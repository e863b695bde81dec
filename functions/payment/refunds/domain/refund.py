"""The life of a refund: how it begins, and what a gateway's answer changes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

from payment.alarms import alarm
from payment.attempts.domain import DUPLICATE, Attempt, facts
from payment.gateways.words import GatewayPayment, GatewayRefund, RefundOrder
from payment.refunds.errors import RefundNotInDoubtError
from shared_schemas.common import Money
from shared_schemas.events.envelope import EventData
from shared_schemas.events.operations import ServiceError
from shared_schemas.events.payments import PaymentRefunded, PaymentRefundFailed, PaymentRefundStarted
from shared_schemas.money import later_part
from shared_schemas.payment.payments import Refund, RefundStatus
from shared_schemas.providers import DESK_METHODS, HELD_MONEY

OPEN: frozenset[RefundStatus] = frozenset({"creating", "pending"})
SYSTEM = "system"
# Causes that a payment has at most once, whatever reports them. Such a payment never counted for its booking.
REFUSED = "refused"
TURNED_AWAY = (DUPLICATE, REFUSED)
# The part of a payment beyond what its booking needed; the rest of it counts.
EXCESS = "excess"
# No gateway can give it back: staff do, and say so.
TO_HAND_OUT = "to_hand_out"
# What a gateway returned by itself, or by somebody's hand in its cabinet.
OUTSIDE = "outside"
# A gateway's word for a payment that was undone on its day, which for some is another word than a refund.
REVERSED = "reversed"
# How long a gateway may take to accept a refund before staff are told, and before they must decide.
TOLD_AFTER = timedelta(hours=1)
DECIDED_AFTER = timedelta(hours=24)
# An accepted refund may take days, as banks do.
SLOW_AFTER = timedelta(days=3)
NOT_TAKEN_ON = "refund_not_taken_on"
NOT_ANSWERED = "refund_not_answered"
STILL_PENDING = "refund_still_pending"
# How long a refund that failed for a temporary reason is retried under a new key.
RENEWED_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class StoredRefund:
    """A refund of a payment or of a part of it, in kopecks.

    `cause` makes one event ask once for each payment; `reason` is a code and `comment` what staff wrote. The gateway
    knows it by `key`, saved before the gateway is called and kept however often it is; `attempts` counts the calls
    under it that may have gone out. `failure` is the gateway's word, also where an open refund needs a human;
    `decided_by` is who looked, and `decision` what they saw. `promised` is how much of it its booking had promised;
    None of older ones, and of payments that count for no booking. `to_balance`: it goes to the customer's balance here,
    not the way it was paid."""

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
    promised: int | None = None
    to_balance: bool = False

    @property
    def given_away(self) -> int:
        """What of it no booking had promised, in kopecks."""
        return 0 if self.promised is None else self.amount - self.promised


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
    promised: int | None = None,
    to_balance: bool = False,
) -> StoredRefund:
    """A refund that may be sent at once, or waits for staff to hand it out where it was paid at the desk; `cause`
    defaults to the refund's own id."""
    asked = StoredRefund(
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
        promised=promised,
        to_balance=to_balance and attempt.provider not in HELD_MONEY,
    )
    if attempt.provider in DESK_METHODS and not asked.to_balance:
        return replace(asked, status="pending", failure=TO_HAND_OUT, next_attempt_at=None)
    return asked


def handed_out(refund: StoredRefund, by: str, now: datetime) -> StoredRefund:
    """The refund of what was paid at the desk, given back there by somebody's own hand."""
    return replace(_settled(refund, "succeeded", None, now), decided_by=by)


def returned_unasked(refund: StoredRefund, now: datetime) -> StoredRefund:
    """The refund, as made by the gateway by itself."""
    return _settled(refund, "succeeded", None, now)


def outside(attempt: Attempt, found: GatewayPayment, asked: int, now: datetime) -> StoredRefund | None:
    """Money that the gateway returned and nobody here `asked` for, for example in its cabinet: it is done already."""
    return beyond(attempt, went_back(found, attempt.taken) or 0, asked, now)


def went_back(found: GatewayPayment, taken: int) -> int | None:
    """What went back of a payment by its gateway's word, whoever asked for it, in kopecks; None where it does not
    say."""
    return taken if found.reason == REVERSED and found.status == "failed" else found.refunded


def beyond(attempt: Attempt, back: int, asked: int, now: datetime) -> StoredRefund | None:
    """The same, of all that went `back` by the gateway's word, in kopecks."""
    if (more := min(back, attempt.taken) - asked) <= 0:
        return None
    return returned_unasked(new_refund(uuid4(), attempt, more, OUTSIDE, now, cause=f"{OUTSIDE}:{asked}:{back}"), now)


def is_crowded_out(refund: StoredRefund, attempt: Attempt, asked: int) -> bool:
    """Whether a refund failed that is more than what is left of its payment besides all that is `asked`: some of the
    money went back by another hand."""
    return refund.status == "failed" and asked + refund.amount > attempt.taken


def order_of(refund: StoredRefund, attempt: Attempt, refunded_before: int) -> RefundOrder:
    """The order for the gateway; `attempts` counts the call about to be made."""
    return RefundOrder(
        id=refund.key,
        gateway_payment_id=attempt.gateway_payment_id or "",
        amount=refund.amount,
        paid=attempt.taken,
        refunded_before=refunded_before,
        tried=refund.attempts > 1,
        method=attempt.gateway_method,
        description=f"Возврат по бронированию {attempt.booking_number}",
        gateway_refund_id=refund.gateway_refund_id,
    )


def apply_answer(refund: StoredRefund, found: GatewayRefund, now: datetime, new_key: UUID) -> StoredRefund:
    """The open refund after the gateway's answer; the same object if nothing changed."""
    if found.amount != refund.amount:
        return needs_review(refund, "amount_mismatch")
    if found.needs_new_id and now - refund.created_at < RENEWED_FOR:
        renewed = replace(refund, key=new_key, attempts=0, gateway_refund_id=None)
        return _with_status(renewed, "creating", found.reason)
    if found.status != "pending":
        return _settled(replace(refund, gateway_refund_id=found.id), found.status, found.reason, now)
    if refund.status == "pending" and refund.gateway_refund_id == found.id:
        return refund
    return _with_status(replace(refund, gateway_refund_id=found.id), "pending", None)


def refused(refund: StoredRefund, code: str, now: datetime) -> StoredRefund:
    """After the gateway's refusal. If it had accepted the refund before, a refusal does not prove that nothing went
    back."""
    return _settled(refund, "failed", code, now) if refund.status == "creating" else needs_review(refund, code)


def needs_review(refund: StoredRefund, code: str) -> StoredRefund:
    """Whether the money was refunded is unknown: the refund stays open until a human looks, so that it is not made
    twice."""
    if refund.status == "pending" and refund.failure:
        return refund
    return _with_status(refund, "pending", code)


def overdue(refund: StoredRefund, now: datetime) -> StoredRefund:
    """The open refund after another try without a result; the same object while there is time.

    After a day nothing is requested again: by then nobody can tell what became of the earlier requests."""
    age = now - refund.created_at
    if refund.status == "pending":
        return needs_review(refund, STILL_PENDING) if age >= SLOW_AFTER else refund
    if refund.status != "creating" or age < TOLD_AFTER:
        return refund
    if age >= DECIDED_AFTER:
        return needs_review(refund, NOT_ANSWERED)
    return refund if refund.failure == NOT_TAKEN_ON else _with_status(refund, "creating", NOT_TAKEN_ON)


def decided(
    refund: StoredRefund, outcome: Literal["succeeded", "failed"], by: str, why: str, now: datetime
) -> StoredRefund:
    """The refund in doubt after a human has looked; `RefundNotInDoubtError` if its gateway has the word."""
    if refund.status != "pending" or not refund.failure:
        raise RefundNotInDoubtError(status=refund.status)
    return _settled(replace(refund, decided_by=by, decision=why), outcome, refund.failure, now)


def _with_status(refund: StoredRefund, status: RefundStatus, failure: str | None) -> StoredRefund:
    return replace(refund, status=status, version=refund.version + 1, failure=failure)


def _settled(refund: StoredRefund, status: RefundStatus, failure: str | None, now: datetime) -> StoredRefund:
    kept = failure if status == "failed" else None
    return replace(_with_status(refund, status, kept), settled_at=now, next_attempt_at=None)


def refund_events(before: StoredRefund, after: StoredRefund, attempt: Attempt) -> list[EventData]:
    """What the change from `before` to `after` tells the world."""
    if after.failure == NOT_TAKEN_ON and before.failure != after.failure:
        return [
            alarm("refund", NOT_TAKEN_ON, f"Refund {after.id} waits for its gateway; it is asked on for a day", attempt)
        ]
    if after.status == "pending" and after.failure and before.failure != after.failure:
        return [alarm("refund", after.failure, f"Refund {after.id} needs a human", attempt)]
    # Once: one that is asked for anew, under another key, was told of before.
    if before.status == "creating" and after.status == "pending" and after.key == after.id:
        return [started(after, attempt)]
    if after.status in OPEN or after.status == before.status:
        return []
    told = _told(after, attempt)
    if after.status == "failed":
        # The client is not told: staff must return the money in another way.
        told_staff = alarm("refund", "refund_failed", f"Refund {after.id} failed: {after.failure}", attempt)
        return [PaymentRefundFailed(**told, reason=after.failure or after.reason), told_staff]
    promised = None if after.promised is None else Money(amount=after.promised)
    beside = {"promised": promised, "decided_at": after.created_at, "counted": attempt.is_told}
    return [PaymentRefunded(**told, reason=after.reason, **beside)]


def started(refund: StoredRefund, attempt: Attempt) -> PaymentRefundStarted:
    """Money goes back, and takes its time."""
    return PaymentRefundStarted(**_told(refund, attempt), reason=refund.reason)


def _told(refund: StoredRefund, attempt: Attempt) -> dict[str, Any]:
    amount, worth = Money(amount=refund.amount), worth_of(refund, attempt)
    return facts(attempt) | {"amount": amount, "refund_id": refund.id, "worth": worth}


def worth_of(refund: StoredRefund, attempt: Attempt) -> Money | None:
    """What of it is money that had come in, where the payment was worth less than it paid."""
    if attempt.money is None:
        return None
    return Money(amount=later_part(attempt.money, attempt.taken, attempt.refunded, refund.amount))


def of_unknown_sum(attempt: Attempt) -> ServiceError:
    """Something went back that nobody here asked for, and its gateway does not say how much."""
    detail = f"A part of the gateway's {attempt.gateway_payment_id} went back, and it does not say how much"
    return alarm("refund", "refund_of_unknown_sum", detail, attempt)


def view(refund: StoredRefund, *, for_staff: bool) -> Refund:
    """The refund as its payer or the staff see it."""
    names = ("comment", "requested_by", "decided_by", "decision")
    private = {name: getattr(refund, name) for name in names} if for_staff else {}
    return Refund(
        id=refund.id,
        payment_id=refund.payment_id,
        booking_id=refund.booking_id,
        status=refund.status,
        amount=Money(amount=refund.amount),
        reason=refund.reason,
        to="balance" if refund.to_balance else "payer",
        failure=refund.failure,
        created_at=refund.created_at,
        settled_at=refund.settled_at,
        **private,
    )
