"""Carries refunds out. Each is saved before its gateway is asked, and keeps one key to the end."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Literal
from uuid import UUID, uuid4

from core.claimed_work import ClaimedWork
from core.clock import Clock
from core.context import current_flow, flow
from core.jobs import Turn
from core.observability import count, logger
from core.trail.deed import aside
from payment.attempts.domain import Attempt, poll_wait
from payment.attempts.errors import ConcurrentUpdateError
from payment.attempts.events import emit
from payment.attempts.wholes import whole_of
from payment.gateways.port import (
    Gateway,
    GatewayFaultError,
    GatewayRefusedError,
    GatewayUnreachableError,
    NeverAskedError,
    NotYetError,
    RefundUncertainError,
    RequestNeverSentError,
)
from payment.gateways.words import GatewayRefund, RefundOrder
from payment.ledger.domain import Movement
from payment.receipts.errors import ContactUnavailableError
from payment.receipts.service import Receipts
from payment.refunds.domain.refund import (
    StoredRefund,
    apply_answer,
    decided,
    needs_review,
    order_of,
    overdue,
    refund_events,
    refused,
    went_back,
)
from payment.refunds.domain.witnesses import WITNESS, witness_of
from payment.refunds.outside import look_besides
from payment.refunds.ports import POLL_REFUNDS, Work
from payment.refunds.receipt import goes_back_as_paid
from payment.refunds.records import track_refund
from payment.tills.entering import enter_refund
from shared_schemas.providers import HELD_MONEY


class Refunding:
    """Requests refunds from gateways, and polls them."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, gateways: Mapping[str, Gateway], receipts: Receipts
    ) -> None:
        self._receipts = receipts
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._gateways = gateways
        self._work = ClaimedWork[tuple[StoredRefund, RefundOrder, Attempt]](
            POLL_REFUNDS,
            unit_of_work,
            self._claim,
            lambda claimed: self._ask(*claimed),
            key=lambda claimed: claimed[0].id,
            asked=lambda claimed: claimed[2].provider,
        )

    def run(self, turn: Turn) -> int:
        """Ask while any are due and there is time; returns how many were asked.

        A gateway that does not answer is left alone for the rest of the run."""
        return self._work.run(turn)

    def carry_out(self, refund_id: UUID) -> None:
        """One refund, if no other worker has it; what is not done now is done by `run`."""
        with aside():
            self._work.now([refund_id])

    def look_again(self, payment_id: UUID) -> None:
        """Ask at once after a payment's refunds that are in progress: its gateway has just told something of it."""
        with self._unit_of_work() as work:
            parts = work.attempts.parts(work.attempts.get(payment_id))
            waiting = [refund for refund in refunds_of(work, parts) if refund.status == "pending"]
            for refund in waiting:
                work.refunds.claim(replace(refund, next_attempt_at=self._clock.now()))
            work.commit()
        for refund in waiting:
            self.carry_out(refund.id)

    def decide(self, before: StoredRefund, outcome: Literal["succeeded", "failed"], by: str, why: str) -> None:
        """Close a refund in doubt by a human's decision; `ConcurrentUpdateError` if it has changed. `NoTillOpenError`,
        `NotEnoughInTillError` where it is handed out in cash."""
        after = decided(before, outcome, by, why, self._clock.now())
        if not self._store(before, after, None):
            raise ConcurrentUpdateError

    def _claim(
        self, refund_id: UUID | None, without: Collection[str]
    ) -> tuple[StoredRefund, RefundOrder, Attempt] | None:
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

    def _order(self, work: Work, refund: StoredRefund, attempt: Attempt) -> RefundOrder:
        """What its gateway is told of it, and what that has told unasked: of the money, or of its receipt."""
        rows = work.receipts.of_payment(refund.payment_id)
        receipt = next((row for row in rows if row.refund_id == refund.id), None)
        heard = bool(work.notifications.objects(attempt.provider, WITNESS, [witness_of(refund)]))
        parts = work.attempts.parts(attempt)
        back = sum(work.refunds.refunded(part.payment_id) for part in parts)
        order = order_of(refund, replace(attempt, taken=whole_of(parts).taken), back)
        witnessed = heard or (receipt is not None and receipt.status == "succeeded")
        as_paid = order.is_whole and goes_back_as_paid(rows, refund)
        return replace(order, as_paid=as_paid, witnessed=witnessed, age=self._clock.now() - refund.created_at)

    def _ask(self, refund: StoredRefund, order: RefundOrder, attempt: Attempt) -> bool:
        """False if the gateway is not to be reached."""
        with flow(attempt.correlation_id, current_flow().causation_id):
            after, told, reached = self._turn(refund, order, attempt)
            self._store(refund, overdue(after, self._clock.now()), told)
            return reached

    def _turn(
        self, refund: StoredRefund, order: RefundOrder, attempt: Attempt
    ) -> tuple[StoredRefund, GatewayRefund | None, bool]:
        """The refund after this attempt, the gateway's answer, and whether the gateway answered at all."""
        gateway = self._gateways.get("balance" if refund.to_balance else attempt.provider)
        if gateway is None:
            logger.error("A refund's gateway is switched off", refund_id=str(refund.id), provider=attempt.provider)
            return self._nothing_sent(refund), None, False
        try:
            return *self._asked(gateway, refund, order, attempt), True
        except ContactUnavailableError:
            # The refund waits, because its receipt cannot be sent later.
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

    def _asked(
        self, gateway: Gateway, refund: StoredRefund, order: RefundOrder, attempt: Attempt
    ) -> tuple[StoredRefund, GatewayRefund | None]:
        """The refund after the gateway's answer, and that answer."""
        if refund.status == "creating" and not (refund.to_balance or attempt.provider in HELD_MONEY):
            order = replace(order, receipt=self._receipts.of_refund(refund.id))
        try:
            found = gateway.refund(order) if refund.status == "creating" else gateway.fetch_refund(order)
        except NeverAskedError as error:
            return needs_review(self._nothing_sent(refund), error.code), None
        except RefundUncertainError as error:
            return needs_review(refund, error.code), None
        except GatewayRefusedError as error:
            return refused(refund, error.code, self._clock.now()), _refusal(gateway, refund, order, error)
        return apply_answer(refund, found, self._clock.now(), uuid4()), found

    def _nothing_sent(self, refund: StoredRefund) -> StoredRefund:
        """No call was sent, so a repeat is safe: this attempt does not count."""
        uncounted = replace(refund, attempts=max(refund.attempts - 1, 0))
        with self._unit_of_work() as work:
            work.refunds.claim(uncounted)
            work.commit()
        return uncounted

    def _store(self, before: StoredRefund, after: StoredRefund, told: GatewayRefund | None) -> bool:
        """False if somebody else was faster."""
        if after.version == before.version:
            return True
        with self._unit_of_work() as work:
            if after.status == "failed" or (told and told.back is not None):
                work.attempts.counted(before.booking_id)
            attempt = work.attempts.get(before.payment_id, lock=True)
            if not work.refunds.update(before, after):
                logger.warning("Somebody else was faster with a refund", refund_id=str(after.id))
                return False
            now = self._clock.now()
            if after.status == "succeeded":
                work.ledger.add(Movement("refund", after.booking_id, after.payment_id, after.id, -after.amount, now))
                if not after.to_balance:
                    enter_refund(work, attempt, after.id, after.amount, after.decided_by or after.requested_by, now)
            settled = look_besides(work, attempt, after, _own_back(work, attempt, told), now)
            receipt_events = track_refund(work, after, told.receipt if told else None, now)
            events = [] if settled else refund_events(before, after, attempt)
            emit(work, attempt, [*events, *receipt_events])
            work.commit()
        logger.info("A refund moved", refund_id=str(after.id), before=before.status, after=after.status)
        count("RefundsMoved", status=after.status, provider=attempt.provider)
        return True


def refunds_of(work: Work, parts: Sequence[Attempt]) -> list[StoredRefund]:
    """The refunds of payments that are one at their gateway, in the order in which they were asked for."""
    found = [refund for part in parts for refund in work.refunds.of_payment(part.payment_id)]
    return sorted(found, key=lambda refund: refund.created_at) if len(parts) > 1 else found


def _own_back(work: Work, attempt: Attempt, told: GatewayRefund | None) -> int | None:
    """What went back of a payment, where its gateway tells of the whole that it is a part of."""
    if told is None or told.back is None:
        return None
    others = [part for part in work.attempts.parts(attempt) if part.payment_id != attempt.payment_id]
    return max(told.back - sum(work.refunds.sent(part.payment_id) for part in others), 0)


def _refusal(gateway: Gateway, refund: StoredRefund, order: RefundOrder, error: GatewayRefusedError) -> GatewayRefund:
    """What a refusal tells, with what went back of the payment by now: that may be why there was not enough left."""
    try:
        back = went_back(gateway.fetch(order.gateway_payment_id), order.paid)
    except (GatewayRefusedError, GatewayUnreachableError) as unknown:
        logger.warning("What went back is not known yet", refund_id=str(refund.id), why=str(unknown))
        back = None
    return GatewayRefund(str(refund.key), "failed", refund.amount, error.code, back=back)
