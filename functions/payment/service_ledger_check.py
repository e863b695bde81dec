"""The ledger beside payments and refunds: where something touched it since it was last compared, and from time to
time all of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from core.clock import Clock
from payment.domain_reconciliation import Run, ledger_differs
from payment.ports import Work
from shared_schemas.reconciliation import Difference

LEDGER_PAGE = 5000
# What was written behind the triggers' backs is found after so long at the latest.
WHOLE_EVERY = timedelta(days=30)
FIRST = UUID(int=0)


class LedgerCheck:
    """Compares page by page, so that no question grows with the books, and keeps how far it came."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def begin_whole(self) -> None:
        """Have the whole ledger compared; what is under way already goes on."""
        with self._unit_of_work() as work:
            if work.ledger_checks.whole_from(self._clock.now() - WHOLE_EVERY) is None:
                work.ledger_checks.whole_came_to(FIRST)
            work.commit()

    def run(self, run: Run, more: Callable[[], bool]) -> Run:
        """With what differs of this gateway's payments. What differs is found again until it is mended."""
        ended = self._whole(more)
        run, complete = self._touched(run, more)
        return run if ended and complete else replace(run, failure=run.failure or "out_of_time")

    def _whole(self, more: Callable[[], bool]) -> bool:
        """Go on with a pass that is due, of whatever gateway. What differs is marked as if it had been touched."""
        while True:
            with self._unit_of_work() as work:
                after = work.ledger_checks.whole_from(self._clock.now() - WHOLE_EVERY)
                if after is None:
                    return True
                page = work.ledger.page(after, LEDGER_PAGE)
                if found := {payment_id for payment_id, *_ in work.ledger.differences(page)}:
                    work.ledger_checks.touch(found)
                if len(page) < LEDGER_PAGE:
                    work.ledger_checks.whole_ended(self._clock.now())
                else:
                    work.ledger_checks.whole_came_to(page[-1])
                work.commit()
            if len(page) == LEDGER_PAGE and not more():
                return False

    def _touched(self, run: Run, more: Callable[[], bool]) -> tuple[Run, bool]:
        after, differing = 0, set[UUID]()
        while True:
            with self._unit_of_work() as work:
                page = work.ledger_checks.touched(run.provider, after, LEDGER_PAGE)
                found = self._compared(work, run.provider, page, differing)
                work.commit()
            run = replace(run, differences=(*run.differences, *found))
            if len(page) < LEDGER_PAGE:
                return run, True
            if not more():
                return run, False
            after = page[-1][0]

    @staticmethod
    def _compared(
        work: Work, provider: str, page: Sequence[tuple[int, UUID]], differing: set[UUID]
    ) -> list[Difference]:
        """A mark goes once its payment was compared after it; of a payment that differs one stays."""
        first = {payment_id: position for position, payment_id in reversed(page) if payment_id not in differing}
        found = []
        for payment_id, refund_id, moved, entered in work.ledger.differences(list(first)):
            attempt = work.attempts.get(payment_id)
            if attempt.provider == provider:
                found.append(ledger_differs(attempt, refund_id, moved, entered))
                differing.add(payment_id)
        stay = {first[payment_id] for payment_id in differing & first.keys()}
        if done := [position for position, _ in page if position not in stay]:
            work.ledger_checks.forget(provider, done)
        return found
