"""Asking the gateways about open attempts: what webhooks lost, requests that broke off, links that nobody paid."""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

from core.clock import Clock
from core.context import flow
from core.jobs import Turn, one_by_one
from core.observability import logger
from payment.domain import NOT_CREATED, Attempt, alarm, poll_wait
from payment.errors import BookingUnavailableError, ContactUnavailableError
from payment.ports import POLL_ATTEMPTS, Work
from payment.providers.base import Gateway, GatewayFaultError, GatewayRefusedError, GatewayUnreachableError
from payment.service_inquiry import Inquiry
from payment.service_receipts import Receipts
from payment.service_settlement import Settlement, emit

MAX_AGE = timedelta(hours=24)
# Only one whose gateway never answers gets so old: it has a last turn, and staff are told.
GIVEN_UP_AFTER = timedelta(days=7)
UNANSWERED = "payment_unanswered"
LAST_TURN = "The gateway has not said for a week what became of the payment: look into its cabinet"


class Polling:
    """Goes through the attempts whose turn has come."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        gateways: Mapping[str, Gateway],
        inquiry: Inquiry,
        receipts: Receipts,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._gateways = gateways
        self._inquiry = inquiry
        self._receipts = receipts
        self._settlement = Settlement(unit_of_work, clock)

    def run(self, turn: Turn) -> int:
        """Ask while any are due and there is time; returns how many were asked.

        A gateway that does not answer is left alone for the rest of the run."""
        silent: set[str] = set()
        claim, ask = lambda: self._claim(silent), lambda attempt: self._turn_of(attempt, silent)
        return one_by_one(turn, self._unit_of_work, POLL_ATTEMPTS, claim, ask, lambda attempt: attempt.payment_id)

    def _turn_of(self, attempt: Attempt, silent: set[str]) -> None:
        with flow(attempt.correlation_id):
            try:
                self._ask(attempt)
            except GatewayFaultError as error:
                if error.general:
                    silent.add(attempt.provider)
            except GatewayUnreachableError as error:
                logger.warning("A gateway does not answer", provider=attempt.provider, error=str(error))
                silent.add(attempt.provider)
            except ContactUnavailableError:
                logger.warning("A payment waits for its receipt's address", payment_id=str(attempt.payment_id))
            except BookingUnavailableError:
                logger.warning("Held money waits for the booking service", payment_id=str(attempt.payment_id))

    def _claim(self, without: Collection[str]) -> Attempt | None:
        """Putting its next turn off first keeps two pollers, and a crash, from asking in a loop."""
        now = self._clock.now()
        with self._unit_of_work() as work:
            attempt = work.attempts.due(now, without)
            if attempt:
                age = now - attempt.created_at
                work.attempts.postpone(attempt, now + poll_wait(age) if age < GIVEN_UP_AFTER else None)
                if age >= GIVEN_UP_AFTER:
                    emit(work, attempt, [alarm(attempt, UNANSWERED, LAST_TURN)])
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
            # Even if the gateway has it, nobody was ever given the link to it.
            self._settlement.fail(attempt, NOT_CREATED)
            return
        receipt = self._receipts.of_payment(attempt.payment_id)
        try:
            found = gateway.create(attempt, capture=not attempt.two_stage, receipt=receipt)
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
        """Under review, and nobody paid it: nothing will come of it."""
        with self._unit_of_work() as work:
            work.attempts.postpone(attempt, None)
            work.commit()
