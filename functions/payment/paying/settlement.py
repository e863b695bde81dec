"""The only way in which a gateway's answer changes a payment, whoever asked for it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from core.clock import Clock
from core.observability import count, logger
from payment.alarms import alarm
from payment.attempts.domain import DUPLICATE, OPEN, WENT_BACK, Attempt, doubled, give_up, payment_events, settle
from payment.attempts.errors import ForeignPaymentError
from payment.attempts.events import emit
from payment.attempts.wholes import divided
from payment.gateways.words import GatewayPayment
from payment.ledger.domain import came_in
from payment.receipts.service import track_payment
from payment.refunds.domain.refund import (
    EXCESS,
    REFUSED,
    REVERSED,
    new_refund,
    of_unknown_sum,
    outside,
    returned_unasked,
)
from payment.refunds.domain.sums import excess
from payment.refunds.outside import enter_outside
from payment.refunds.ports import Work
from payment.refunds.records import add_refund, enter

# No subscriber's name: of the notices that were taken in, those alone are noted that changed something.
SETTLED = "settlements"


class Settlement:
    """Applies what the gateway said, under the payment's row lock, with the events that follow from it."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def apply(
        self, payment_id: UUID, found: GatewayPayment, cause: UUID | None = None, receipted: int | None = None
    ) -> Attempt:
        """The attempt as it stands then, with those that are one with it; with `cause`, the id of an event that may
        act only once. `receipted` is what went back by the signed word on a receipt."""
        with self._unit_of_work() as work:
            asked = work.attempts.get(payment_id)
            if receipted is not None or found.refunded or found.reason == REVERSED:
                # What goes back without us touches what is promised of other payments as well.
                for part in work.attempts.parts(asked):
                    work.attempts.counted(part.booking_id)
            before = work.attempts.parts(asked, lock=True)
            if cause and not work.inbox.accept(SETTLED, cause):
                return one_of(before, asked.payment_id)
            sent = [work.refunds.sent(part.payment_id) if part.taken else 0 for part in before]
            if found.refunded is None and receipted is not None:
                found = replace(found, refunded=sum(sent) + receipted)
                receipted = None if len(before) > 1 else receipted
            told = zip(before, divided(found, before, sent), strict=True)
            after = [self._applied(work, part, share, receipted, told=cause is not None) for part, share in told]
            work.commit()
        _log(before, after)
        return one_of(after, asked.payment_id)

    def _applied(
        self, work: Work, before: Attempt, found: GatewayPayment, receipted: int | None, *, told: bool
    ) -> Attempt:
        try:
            after = self._collect(work, before, settle(before, found))
            self._look_for_returns(work, after, found, receipted, told=told)
        except ForeignPaymentError as error:
            logger.error("A gateway's payment is not of the attempt it was taken for", error=str(error))
            emit(work, before, [alarm("settle", "foreign_gateway_payment", str(error), before)])
            after = before
        receipt = None if after is before and before.gateway_payment_id != found.id else found.receipt
        emit(work, after, track_payment(work, after, receipt, self._clock.now()))
        _store(work, before, after)
        return after

    def fail(self, attempt: Attempt, reason: str) -> Attempt:
        """Mark an attempt as failed, with those that are one with it, unless it has changed since it was read."""
        with self._unit_of_work() as work:
            before = work.attempts.parts(attempt, lock=True)
            if one_of(before, attempt.payment_id).version != attempt.version:
                return one_of(before, attempt.payment_id)
            after = [give_up(part, reason) if part.status in OPEN else part for part in before]
            for was, part in zip(before, after, strict=True):
                track_payment(work, part, None, self._clock.now())
                _store(work, was, part)
            work.commit()
        _log(before, after)
        return one_of(after, attempt.payment_id)

    def _collect(self, work: Work, before: Attempt, after: Attempt) -> Attempt:
        """Enter money received in the ledger; refund it if other payments have covered the same already.

        The booking's lock is the last that is taken, to avoid deadlocks."""
        if after.taken == before.taken:
            return after
        now = self._clock.now()
        collected = work.refunds.collected(after.booking_id)
        work.ledger.add(came_in(after, now))
        if after.status == "failed":
            self._went_back(work, after)
        elif after.status == "succeeded" and (too_much := excess(after, collected)):
            logger.warning("A booking was paid twice; it is refunded", payment_id=str(after.payment_id))
            cause = DUPLICATE if too_much == after.taken else EXCESS
            promised = too_much if cause == EXCESS else None
            add_refund(work, new_refund(uuid4(), after, too_much, cause, now, cause=cause, promised=promised))
            return doubled(after) if cause == DUPLICATE else after
        return after

    def _went_back(self, work: Work, attempt: Attempt) -> None:
        """The gateway returned the money by itself, such as when its link was killed while it was being paid."""
        now = self._clock.now()
        asked = new_refund(uuid4(), attempt, attempt.taken, WENT_BACK, now, cause=REFUSED)
        enter(work, attempt, returned_unasked(asked, now), None, now)

    def _look_for_returns(
        self, work: Work, attempt: Attempt, found: GatewayPayment, receipted: int | None, *, told: bool
    ) -> None:
        """Refunds that were not made here, for example in the gateway's own account."""
        asked, now = work.refunds.sent(attempt.payment_id) if attempt.taken else 0, self._clock.now()
        if refund := outside(attempt, found, asked, now):
            enter_outside(work, attempt, refund, "succeeded" if receipted == refund.amount else None, now)
        elif told and attempt.taken and found.refunded is None and not asked:
            emit(work, attempt, [of_unknown_sum(attempt)])


def _store(work: Work, before: Attempt, after: Attempt) -> None:
    if after is not before:
        work.attempts.update(before, after)
        emit(work, after, payment_events(before, after, _kept(work, after)))


def _log(before: Sequence[Attempt], after: Sequence[Attempt]) -> None:
    for was, part in zip(before, after, strict=True):
        if part is not was:
            logger.info("A payment moved", payment_id=str(part.payment_id), before=was.status, after=part.status)
            count("PaymentsMoved", status=part.status, provider=part.provider)


def one_of(parts: Sequence[Attempt], payment_id: UUID) -> Attempt:
    """The part with this payment's id."""
    return next(part for part in parts if part.payment_id == payment_id)


def _kept(work: Work, attempt: Attempt) -> int | None:
    """What the booking has collected by now, and does not give back; of interest once money came in."""
    if attempt.status != "succeeded":
        return None
    return work.refunds.collected(attempt.booking_id) - work.refunds.returned(attempt.booking_id)
