"""Polls the gateways about open attempts: lost webhooks, interrupted requests, unpaid links."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from core.claimed_work import ClaimedWork
from core.clock import Clock
from core.context import flow
from core.jobs import Turn
from core.observability import logger
from payment.alarms import alarm
from payment.attempts.domain import NOT_CREATED, Attempt, poll_wait
from payment.attempts.events import emit
from payment.attempts.ports import POLL_ATTEMPTS
from payment.gateways.port import Gateway, GatewayFaultError, GatewayRefusedError, GatewayUnreachableError
from payment.paying.errors import BookingUnavailableError
from payment.paying.inquiry import Inquiry
from payment.paying.ports import Work
from payment.paying.settlement import Settlement
from payment.receipts.errors import ContactUnavailableError
from payment.receipts.service import Receipts

MAX_AGE = timedelta(hours=24)
# Only an attempt whose gateway never answers gets this old: it is polled once more, and staff are told.
GIVEN_UP_AFTER = timedelta(days=7)
UNANSWERED = "payment_unanswered"
LAST_TURN = "The gateway has not said for a week what became of the payment: look into its cabinet"


@dataclass(frozen=True)
class Polling:
    """Polls the attempts that are due."""

    _unit_of_work: Callable[[], Work]
    _clock: Clock
    _gateways: Mapping[str, Gateway]
    _inquiry: Inquiry
    _receipts: Receipts
    _settlement: Settlement

    def run(self, turn: Turn) -> int:
        """Ask while any are due and there is time; returns how many were asked.

        A gateway that does not answer is left alone for the rest of the run."""
        work = ClaimedWork[Attempt](
            POLL_ATTEMPTS,
            self._unit_of_work,
            self._claim,
            self._turn_of,
            key=lambda attempt: attempt.payment_id,
            asked=lambda attempt: attempt.provider,
        )
        return work.run(turn)

    def _turn_of(self, attempt: Attempt) -> bool:
        """False if its gateway does not answer."""
        with flow(attempt.correlation_id):
            try:
                self._ask(attempt)
            except GatewayFaultError as error:
                return not error.general
            except GatewayUnreachableError as error:
                logger.warning("A gateway does not answer", provider=attempt.provider, error=str(error))
                return False
            except ContactUnavailableError:
                logger.warning("A payment waits for its receipt's address", payment_id=str(attempt.payment_id))
            except BookingUnavailableError:
                logger.warning("Held money waits for the booking service", payment_id=str(attempt.payment_id))
            return True

    def _claim(self, _: UUID | None, without: Collection[str]) -> Attempt | None:
        """Postponing its next poll first keeps two pollers, or a crash, from asking in a loop."""
        now = self._clock.now()
        with self._unit_of_work() as work:
            attempt = work.attempts.due(now, without)
            if attempt:
                age = now - attempt.created_at
                work.attempts.postpone(attempt, now + poll_wait(age) if age < GIVEN_UP_AFTER else None)
                if age >= GIVEN_UP_AFTER:
                    emit(work, attempt, [alarm("settle", UNANSWERED, LAST_TURN, attempt)])
                work.commit()
            return attempt

    def _ask(self, attempt: Attempt) -> None:
        gateway = self._gateways.get(attempt.provider)
        if gateway is None:
            logger.error("An open payment's gateway is switched off", payment_id=str(attempt.payment_id))
        elif attempt.gateway_payment_id is None:
            self._create(attempt, gateway)
        else:
            self._fetch(attempt, gateway, attempt.gateway_payment_id)

    def _create(self, attempt: Attempt, gateway: Gateway) -> None:
        if self._clock.now() >= attempt.expires_at:
            # Even if the gateway has it, its link was never given to anybody.
            self._settlement.fail(attempt, NOT_CREATED)
            return
        receipt = self._receipts.of_payment(attempt.payment_id)
        try:
            found = gateway.create(attempt.order, capture=not attempt.two_stage, receipt=receipt)
            self._settlement.apply(attempt.payment_id, found)
        except GatewayRefusedError as error:
            self._settlement.fail(attempt, error.code)

    def _fetch(self, attempt: Attempt, gateway: Gateway, gateway_payment_id: str) -> None:
        try:
            after = self._inquiry.ask(attempt, gateway, gateway_payment_id)
        except GatewayRefusedError as error:
            logger.error("A gateway denies a payment of its own", payment_id=str(attempt.payment_id), error=str(error))
            after = attempt
        if after.is_over or self._clock.now() - attempt.created_at < MAX_AGE:
            return
        if after.status == "pending":
            self._settlement.fail(after, "expired")
        else:
            self._leave_alone(after)

    def _leave_alone(self, attempt: Attempt) -> None:
        """Under review and unpaid: it is not polled any more."""
        with self._unit_of_work() as work:
            work.attempts.postpone(attempt, None)
            work.commit()
