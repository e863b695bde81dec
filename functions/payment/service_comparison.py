"""Going through one gateway's payments beside ours: its list where it has one, else a question about each of ours."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from core.clock import Clock
from core.observability import count, logger
from payment.domain import Attempt
from payment.domain_gateway import GatewayPayment
from payment.domain_reconciliation import (
    Run,
    Span,
    alarm,
    compare,
    match,
    unknown_here,
    unknown_there,
)
from payment.ports import Work
from payment.providers.base import Gateway, GatewayRefusedError, GatewayUnreachableError
from payment.service_ledger_check import LedgerCheck
from payment.service_settlement import Settlement
from shared_schemas.reconciliation import Difference

# A comparison that stopped is carried on from there for so long; later it begins anew.
RESUMED_WITHIN = timedelta(days=2)
REPAIRABLE = ("status_differs", "refunded_differs")
Step = Callable[[], list[Difference]]


class Comparison:
    """Compares, repairs what the gateway's word can repair, and keeps what was found."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, gateways: Mapping[str, Gateway]) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._gateways = gateways
        self._settlement = Settlement(unit_of_work, clock)
        self._ledger = LedgerCheck(unit_of_work, clock)

    def run(self, span: Span, more: Callable[[], bool]) -> Run:
        """Compare while `more` says there is time. What was found until then is kept, and not asked for again."""
        run = self._begun(span)
        try:
            run = self._compared(run, self._gateways[span.provider], more)
        except (GatewayUnreachableError, GatewayRefusedError) as error:
            logger.warning("A gateway does not show its books", provider=span.provider, error=str(error))
            run = replace(run, failure="gateway_unavailable")
        return self._kept(self._ledger.run(run, more))

    def begin_whole_ledger(self) -> None:
        """The next comparisons go through all of it, whatever was compared before."""
        self._ledger.begin_whole()

    def _begun(self, span: Span) -> Run:
        """A new comparison, or one that goes on behind the last payment that was asked about."""
        now = self._clock.now()
        new = Run(uuid4(), **vars(span), source="list", checked=0, differences=(), failure=None, created_at=now)
        with self._unit_of_work() as work:
            last = work.reconciliations.latest(span)
        if last is None or not last.failure or last.source == "list" or now - last.created_at > RESUMED_WITHIN:
            return new
        found = tuple(difference for difference in last.differences if difference.kind != "ledger_differs")
        return replace(new, source=last.source, checked=last.checked, differences=found)

    def _compared(self, run: Run, gateway: Gateway, more: Callable[[], bool]) -> Run:
        listed = gateway.list_payments(run.since, run.until)
        if listed is None:
            run = replace(run, source="questions")
            steps = self._questions(run, gateway)
        else:
            steps = self._beside(run, gateway, listed)
        for step in steps:
            if not more():
                return replace(run, failure="out_of_time")
            try:
                found = step()
            except GatewayUnreachableError as error:
                logger.warning("A gateway does not answer", provider=run.provider, error=str(error))
                return replace(run, failure="gateway_unavailable")
            run = replace(run, checked=run.checked + 1, differences=(*run.differences, *found))
        return run

    def _questions(self, run: Run, gateway: Gateway) -> Iterator[Step]:
        """In the order in which they were made, so that the next comparison knows where this one stopped."""
        with self._unit_of_work() as work:
            attempts = work.attempts.created(run.provider, run.since, run.until)
        return (partial(self._ask, gateway, attempt) for attempt in attempts[run.checked :])

    def _beside(self, run: Run, gateway: Gateway, listed: list[GatewayPayment]) -> Iterator[Step]:
        """Ours are found by their ids, whenever they were made, and what is not listed is asked about: clocks differ,
        so that what is near an edge may be in the list of one and not of the other."""
        with self._unit_of_work() as work:
            attempts = {attempt.id: attempt for attempt in work.attempts.known(run.provider, listed)}
            created = work.attempts.created(run.provider, run.since, run.until)
        attempts |= {attempt.id: attempt for attempt in created}
        matched = match(listed, list(attempts.values()))
        for ours, theirs in matched.pairs:
            yield partial(self._pair, gateway, ours, theirs)
        for claimed, theirs in matched.strangers:
            yield partial(unknown_here, theirs, claimed)
        for ours in matched.unlisted:
            if ours.gateway_payment_id:
                yield partial(self._ask, gateway, ours)

    def _pair(self, gateway: Gateway, ours: Attempt, theirs: GatewayPayment) -> list[Difference]:
        """The list was read before our books: what has moved since is asked for anew."""
        return self._fetch(gateway, ours, theirs.id) if compare(ours, ours.refunded, theirs) else []

    def _ask(self, gateway: Gateway, ours: Attempt) -> list[Difference]:
        if ours.gateway_payment_id:
            return self._fetch(gateway, ours, ours.gateway_payment_id)
        try:
            found = gateway.find(ours)
        except GatewayRefusedError as error:
            logger.error("A gateway does not say whether it has a payment", attempt_id=str(ours.id), error=str(error))
            return []
        return self._examine(ours, found) if found else []

    def _fetch(self, gateway: Gateway, ours: Attempt, gateway_payment_id: str) -> list[Difference]:
        try:
            theirs = gateway.fetch(gateway_payment_id)
        except GatewayRefusedError as error:
            logger.error("A gateway denies a payment of its own", payment_id=str(ours.payment_id), error=str(error))
            return [unknown_there(ours)]
        return self._examine(ours, theirs)

    def _examine(self, ours: Attempt, theirs: GatewayPayment) -> list[Difference]:
        """A difference counts that is there before and after the gateway's answer; else it has just been settled."""
        if not compare(ours, ours.refunded, theirs):
            return []
        found = self._differences(ours.payment_id, theirs)
        if not any(difference.kind in REPAIRABLE for difference in found):
            return found
        self._settlement.apply(ours.payment_id, theirs)
        left = {difference.kind: difference for difference in self._differences(ours.payment_id, theirs)}
        told = [one if left.pop(one.kind, None) else one.model_copy(update={"repaired": True}) for one in found]
        return [*told, *left.values()]

    def _differences(self, payment_id: UUID, theirs: GatewayPayment) -> list[Difference]:
        with self._unit_of_work() as work:
            return compare(work.attempts.get(payment_id), work.refunds.asked(payment_id), theirs)

    def _kept(self, run: Run) -> Run:
        """An operator is told once of each difference, however many comparisons find it."""
        with self._unit_of_work() as work:
            for difference in run.differences:
                if not work.reconciliations.knows(run.provider, difference):
                    work.emit(alarm(run.provider, difference))
            work.reconciliations.add(run)
            work.commit()
        found = len(run.differences)
        logger.info("Books were compared", provider=run.provider, found=found, failure=run.failure)
        count("BooksCompared", provider=run.provider, outcome=run.failure or ("differ" if found else "agree"))
        return run
