"""The one way in which a gateway's word changes a payment, whoever asked for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from core.clock import Clock
from core.context import current_flow, flow
from core.observability import count, logger
from payment.domain import DUPLICATE, WENT_BACK, Attempt, alarm, doubled, events_of, give_up, settle
from payment.domain_gateway import GatewayPayment
from payment.domain_receipts import ReceiptStatus
from payment.domain_refunds import EXCESS, REFUSED, Refund, excess, gone_back, new_refund, of_unknown_sum, outside
from payment.domain_refunds import events_of as refund_events_of
from payment.errors import ForeignPaymentError
from payment.ports import Work
from payment.service_receipts import add_refund, track_payment, track_refund
from shared_schemas.events import EventData

SUBSCRIBER = "payment-notifications"


class Settlement:
    """Applies what the gateway said, under the payment's row lock, with the events that follow from it."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def apply(
        self, payment_id: UUID, found: GatewayPayment, cause: UUID | None = None, receipted: int | None = None
    ) -> Attempt:
        """The attempt as it stands then; with `cause`, the id of an event that may act only once. `receipted` is what
        went back by the signed word on a receipt."""
        with self._unit_of_work() as work:
            before = work.attempts.get(payment_id, lock=True)
            if cause and not work.inbox.accept(SUBSCRIBER, cause):
                return before
            try:
                after = self._collect(work, before, settle(before, found))
                self._look_for_returns(work, after, found, receipted, told=cause is not None)
            except ForeignPaymentError as error:
                logger.error("A gateway's payment is not of the attempt it was taken for", error=str(error))
                emit(work, before, [alarm(before, "foreign_gateway_payment", str(error))])
                after = before
            told = None if after is before and before.gateway_payment_id != found.id else found.receipt
            emit(work, after, track_payment(work, after, told, self._clock.now()))
            _store(work, before, after)
            return after

    def fail(self, attempt: Attempt, reason: str) -> Attempt:
        """Give an attempt up, unless something happened to it since it was read."""
        with self._unit_of_work() as work:
            before = work.attempts.get(attempt.payment_id, lock=True)
            if before.version != attempt.version:
                return before
            after = give_up(before, reason)
            track_payment(work, after, None, self._clock.now())
            _store(work, before, after)
            return after

    def _collect(self, work: Work, before: Attempt, after: Attempt) -> Attempt:
        """Money that came in enters the ledger; it goes back where other payments have covered the same already.

        The booking's lock is the last that is taken, so that nobody waits in a circle."""
        if after.taken == before.taken:
            return after
        now = self._clock.now()
        collected = work.refunds.collected(after.booking_id)
        work.ledger.add("payment", after.booking_id, after.payment_id, None, after.taken, now)
        if after.status == "failed":
            self._went_back(work, after)
        elif after.status == "succeeded" and (too_much := excess(after, collected)):
            logger.warning("A booking was paid twice; it is refunded", payment_id=str(after.payment_id))
            cause = DUPLICATE if too_much == after.taken else EXCESS
            add_refund(work, new_refund(uuid4(), after, too_much, cause, now, cause=cause))
            return doubled(after) if cause == DUPLICATE else after
        return after

    def _went_back(self, work: Work, attempt: Attempt) -> None:
        """The gateway returned the money by itself, such as when its link was killed while it was being paid."""
        now = self._clock.now()
        asked = new_refund(uuid4(), attempt, attempt.taken, WENT_BACK, now, cause=REFUSED)
        enter(work, attempt, gone_back(asked, now), None, now)

    def _look_for_returns(
        self, work: Work, attempt: Attempt, found: GatewayPayment, receipted: int | None, *, told: bool
    ) -> None:
        """What went back of it without us, such as in the gateway's cabinet."""
        asked, now = work.refunds.sent(attempt.payment_id) if attempt.taken else 0, self._clock.now()
        if found.refunded is None and receipted is not None:
            found = replace(found, refunded=asked + receipted)
        if refund := outside(attempt, found, asked, now):
            logger.warning("Money went back outside of this system", payment_id=str(attempt.payment_id))
            enter(work, attempt, refund, "succeeded" if receipted == refund.amount else None, now)
        elif told and attempt.taken and found.refunded is None and not asked:
            emit(work, attempt, [of_unknown_sum(attempt)])


def enter(work: Work, attempt: Attempt, refund: Refund, told: ReceiptStatus | None, now: datetime) -> None:
    """A refund that is done, as if we had asked for it, under its payment's lock; its receipt is the gateway's affair,
    and followed: `told` is the gateway's word on it."""
    if not add_refund(work, refund):
        return
    work.ledger.add("refund", attempt.booking_id, attempt.payment_id, refund.id, -refund.amount, now)
    receipt_events = track_refund(work, refund, told, now)
    asked = replace(refund, status="creating")
    emit(work, attempt, [*refund_events_of(asked, refund, attempt), *receipt_events])


def _store(work: Work, before: Attempt, after: Attempt) -> None:
    if after is not before:
        work.attempts.update(before, after)
        emit(work, after, events_of(before, after, _kept(work, after)))
    work.commit()
    if after is not before:
        logger.info("A payment moved", payment_id=str(after.payment_id), before=before.status, after=after.status)
        count("PaymentsMoved", status=after.status, provider=after.provider)


def _kept(work: Work, attempt: Attempt) -> int | None:
    """What the booking has collected by now, and does not give back; of interest once money came in."""
    if attempt.status != "succeeded":
        return None
    return work.refunds.collected(attempt.booking_id) - work.refunds.returned(attempt.booking_id)


def emit(work: Work, attempt: Attempt, events: list[EventData]) -> None:
    """Whatever request or job brought them about, they belong to the booking's flow."""
    with flow(attempt.correlation_id, current_flow().causation_id):
        for event in events:
            work.emit(event)
