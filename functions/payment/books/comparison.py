"""Compares one gateway's payments with ours: by the gateway's list if it has one, else by asking about each of ours."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from core.clock import Clock
from core.observability import count, logger
from payment.attempts.domain import Attempt
from payment.attempts.wholes import whole_of
from payment.books.domain import (
    Run,
    Span,
    compare,
    difference_alarm,
    match,
    till_differs,
    unknown_here,
    unknown_there,
)
from payment.books.ledger_check import LedgerCheck
from payment.books.ports import Work
from payment.gateways.port import Gateway, GatewayRefusedError, GatewayUnreachableError
from payment.gateways.words import GatewayPayment
from payment.paying.settlement import Settlement
from shared_schemas.payment.books import Difference
from shared_schemas.providers import DESK_METHODS

# How long a stopped comparison can be continued; after that it starts again.
RESUMED_WITHIN = timedelta(days=2)
REPAIRABLE = ("status_differs", "refunded_differs")
Step = Callable[[], list[Difference]]


@dataclass(frozen=True)
class Comparison:
    """Compares, repairs what the gateway's answer can repair, and stores the result."""

    _unit_of_work: Callable[[], Work]
    _clock: Clock
    _gateways: Mapping[str, Gateway]
    _settlement: Settlement

    @property
    def _ledger(self) -> LedgerCheck:
        return LedgerCheck(self._unit_of_work, self._clock)

    def run(self, span: Span, more: Callable[[], bool]) -> Run:
        """Compare while `more` says there is time. What was found until then is stored and not asked for again."""
        run = self._begun(span)
        try:
            if span.provider in DESK_METHODS:
                return self._kept(self._ledger.run(self._tilled(run), more))
            run = self._compared(run, self._gateways[span.provider], more)
        except (GatewayUnreachableError, GatewayRefusedError) as error:
            logger.warning("A gateway does not show its books", provider=span.provider, error=str(error))
            run = replace(run, failure="gateway_unavailable")
        return self._kept(self._ledger.run(run, more))

    def begin_whole_ledger(self) -> None:
        """The next comparisons go through the whole ledger, whatever was compared before."""
        self._ledger.begin_whole()

    def _begun(self, span: Span) -> Run:
        """A new comparison, or one that continues after the last payment that was asked about."""
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

    def _tilled(self, run: Run) -> Run:
        """What the desk took and handed out, as its tills have it and as the ledger has it."""
        with self._unit_of_work() as work:
            checked, found = work.ledger.beside_tills(run.provider, run.since, run.until)
            differences = tuple(till_differs(work.attempts.get(row[0]), *row[1:]) for row in found)
        return replace(run, source="tills", checked=checked, differences=differences)

    def _questions(self, run: Run, gateway: Gateway) -> Iterator[Step]:
        """In order of creation, so that the next comparison knows where this one stopped."""
        with self._unit_of_work() as work:
            attempts = work.attempts.created(run.provider, run.since, run.until)
        return (partial(self._ask, gateway, attempt) for attempt in attempts[run.checked :])

    def _beside(self, run: Run, gateway: Gateway, listed: list[GatewayPayment]) -> Iterator[Step]:
        """Ours are found by id, whenever they were created, and those not listed are asked about: clocks differ, so a
        payment near the edge of the span may be in one list only."""
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
        """The list was read before our books, so payments changed since then are asked about again."""
        return self._fetch(gateway, ours, theirs.id) if compare(ours, ours.refunded, theirs) else []

    def _ask(self, gateway: Gateway, ours: Attempt) -> list[Difference]:
        if ours.gateway_payment_id:
            return self._fetch(gateway, ours, ours.gateway_payment_id)
        try:
            found = gateway.find(ours.order)
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
        """A difference counts if it is there before and after the gateway's answer; else it has just been settled."""
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
            parts = work.attempts.parts(work.attempts.get(payment_id))
            asked = sum(work.refunds.asked_there(part.payment_id) for part in parts)
            return compare(whole_of(parts), asked, theirs)

    def _kept(self, run: Run) -> Run:
        """Staff are told of each difference once, however many comparisons find it."""
        with self._unit_of_work() as work:
            for difference in run.differences:
                if not work.reconciliations.knows(run.provider, difference):
                    work.emit(difference_alarm(run.provider, difference))
            work.reconciliations.add(run)
            work.commit()
        found = len(run.differences)
        logger.info("Books were compared", provider=run.provider, found=found, failure=run.failure)
        count("BooksCompared", provider=run.provider, outcome=run.failure or ("differ" if found else "agree"))
        return run
