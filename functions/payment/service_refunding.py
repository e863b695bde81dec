"""Carrying refunds out. Each is saved before its gateway hears of it, and asked for under one key until it is over."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Literal
from uuid import UUID, uuid4

from core.clock import Clock
from core.context import current_flow, flow
from core.jobs import Turn, one_by_one
from core.observability import count, logger
from payment.domain import Attempt, poll_wait
from payment.domain_gateway import GatewayRefund, RefundOrder
from payment.domain_receipt_plan import goes_back_as_paid
from payment.domain_refunds import Refund, answered, beyond, decided, doubtful, events_of, order_of, overdue, refused
from payment.domain_witnesses import WITNESS, witness_of
from payment.errors import ConcurrentUpdateError, ContactUnavailableError
from payment.ports import POLL_REFUNDS, Work
from payment.providers.base import (
    Gateway,
    GatewayFaultError,
    GatewayRefusedError,
    GatewayUnreachableError,
    NeverAskedError,
    NotYetError,
    RefundUncertainError,
    RequestNeverSentError,
)
from payment.service_receipts import Receipts, track_refund
from payment.service_settlement import emit, enter


class Refunding:
    """Asks gateways to give money back, and how that goes."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, gateways: Mapping[str, Gateway], receipts: Receipts
    ) -> None:
        self._receipts = receipts
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._gateways = gateways

    def run(self, turn: Turn) -> int:
        """Ask while any are due and there is time; returns how many were asked.

        A gateway that does not answer is left alone for the rest of the run."""
        silent: set[str] = set()

        def ask(claimed: tuple[Refund, RefundOrder, Attempt]) -> None:
            if not self._ask(*claimed):
                silent.add(claimed[2].provider)

        claim = lambda: self._claim(without=silent)  # noqa: E731
        return one_by_one(turn, self._unit_of_work, POLL_REFUNDS, claim, ask, lambda claimed: claimed[0].id)

    def carry_out(self, refund_id: UUID) -> None:
        """One refund, if nobody else is at it; whatever is left undone has its next turn in `run`."""
        if claimed := self._claim(refund_id):
            self._ask(*claimed)

    def look_again(self, payment_id: UUID) -> None:
        """Ask at once after a payment's refunds that are under way: its gateway has just told something of it."""
        with self._unit_of_work() as work:
            waiting = [refund for refund in work.refunds.of_payment(payment_id) if refund.status == "pending"]
            for refund in waiting:
                work.refunds.claim(replace(refund, next_attempt_at=self._clock.now()))
            work.commit()
        for refund in waiting:
            self.carry_out(refund.id)

    def decide(self, before: Refund, outcome: Literal["succeeded", "failed"], by: str, why: str) -> None:
        """Close a refund in doubt by a human's word; `ConcurrentUpdateError` where it moved meanwhile."""
        after = decided(before, outcome, by, why, self._clock.now())
        if not self._store(before, after, None):
            raise ConcurrentUpdateError

    def _claim(
        self, refund_id: UUID | None = None, without: Collection[str] = ()
    ) -> tuple[Refund, RefundOrder, Attempt] | None:
        """Putting its next turn off first keeps others from asking at the same time: not every gateway that is asked
        twice at once gives the money back only once."""
        now = self._clock.now()
        with self._unit_of_work() as work:
            refund = work.refunds.due(now, refund_id, without)
            if refund is None:
                return None
            next_turn = now + poll_wait(now - refund.created_at)
            claimed = replace(refund, attempts=refund.attempts + 1, next_attempt_at=next_turn)
            work.refunds.claim(claimed)
            attempt = work.attempts.get(refund.payment_id)
            order = self._order(work, claimed, attempt)
            work.commit()
            return claimed, order, attempt

    def _order(self, work: Work, refund: Refund, attempt: Attempt) -> RefundOrder:
        """What its gateway is told of it, and what that has told unasked: of the money, or of its receipt."""
        rows = work.receipts.of_payment(refund.payment_id)
        receipt = next((row for row in rows if row.refund_id == refund.id), None)
        heard = bool(work.notifications.objects(attempt.provider, WITNESS, [witness_of(refund)]))
        order = order_of(refund, attempt, work.refunds.refunded(refund.payment_id))
        witnessed = heard or (receipt is not None and receipt.status == "succeeded")
        as_paid = order.is_whole and goes_back_as_paid(rows, refund)
        return replace(order, as_paid=as_paid, witnessed=witnessed, age=self._clock.now() - refund.created_at)

    def _ask(self, refund: Refund, order: RefundOrder, attempt: Attempt) -> bool:
        """False where the gateway is not to be reached."""
        with flow(attempt.correlation_id, current_flow().causation_id):
            after, told, reached = self._turn(refund, order, attempt)
            self._store(refund, overdue(after, self._clock.now()), told)
            return reached

    def _turn(self, refund: Refund, order: RefundOrder, attempt: Attempt) -> tuple[Refund, GatewayRefund | None, bool]:
        """The refund after its turn, the gateway's word on it, and whether there was any getting through."""
        gateway = self._gateways.get(attempt.provider)
        if gateway is None:
            logger.error("A refund's gateway is switched off", refund_id=str(refund.id), provider=attempt.provider)
            return self._nothing_sent(refund), None, False
        try:
            return *self._asked(gateway, refund, order), True
        except ContactUnavailableError:
            # The money waits a little, for a receipt cannot be sent after it.
            logger.warning("A refund waits for its receipt's address", refund_id=str(refund.id))
            return self._nothing_sent(refund), None, False
        except GatewayFaultError as error:
            return self._nothing_sent(refund), None, not error.general
        except RequestNeverSentError as error:
            logger.warning("A refund waits", refund_id=str(refund.id), why=str(error))
            return self._nothing_sent(refund), None, isinstance(error, NotYetError)
        except GatewayUnreachableError as error:
            logger.warning("A gateway does not answer", provider=attempt.provider, error=str(error))
            return refund, None, False

    def _asked(self, gateway: Gateway, refund: Refund, order: RefundOrder) -> tuple[Refund, GatewayRefund | None]:
        """The refund after the gateway's word, and that word."""
        if refund.status == "creating":
            order = replace(order, receipt=self._receipts.of_refund(refund.id))
        try:
            found = gateway.refund(order) if refund.status == "creating" else gateway.fetch_refund(order)
        except NeverAskedError as error:
            return doubtful(self._nothing_sent(refund), error.code), None
        except RefundUncertainError as error:
            return doubtful(refund, error.code), None
        except GatewayRefusedError as error:
            return refused(refund, error.code, self._clock.now()), None
        return answered(refund, found, self._clock.now(), uuid4()), found

    def _nothing_sent(self, refund: Refund) -> Refund:
        """No call went out that need be feared: this turn does not count."""
        uncounted = replace(refund, attempts=max(refund.attempts - 1, 0))
        with self._unit_of_work() as work:
            work.refunds.claim(uncounted)
            work.commit()
        return uncounted

    def _store(self, before: Refund, after: Refund, told: GatewayRefund | None) -> bool:
        """False where somebody else was faster."""
        if after.version == before.version:
            return True
        with self._unit_of_work() as work:
            attempt = work.attempts.get(before.payment_id, lock=True)
            if not work.refunds.update(before, after):
                logger.warning("Somebody else was faster with a refund", refund_id=str(after.id))
                return False
            if after.status == "succeeded":
                now = self._clock.now()
                work.ledger.add("refund", after.booking_id, after.payment_id, after.id, -after.amount, now)
            receipt_events = track_refund(work, after, told.receipt if told else None, self._clock.now())
            emit(work, attempt, [*events_of(before, after, attempt), *receipt_events])
            if told and told.back is not None:
                self._look_besides(work, attempt, told.back)
            work.commit()
        logger.info("A refund moved", refund_id=str(after.id), before=before.status, after=after.status)
        count("RefundsMoved", status=after.status, provider=attempt.provider)
        return True

    def _look_besides(self, work: Work, attempt: Attempt, back: int) -> None:
        """What went back before it without us: the answer to one refund may be the first word on another."""
        now = self._clock.now()
        if refund := beyond(attempt, back, work.refunds.sent(attempt.payment_id), now):
            logger.warning("Money went back outside of this system", payment_id=str(attempt.payment_id))
            enter(work, attempt, refund, None, now)
