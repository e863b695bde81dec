"""Compares the ledger with payments and refunds: the changed parts each time, and all of it from time to time."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from core.clock import Clock
from payment.books.domain import Run, ledger_differs
from payment.books.ports import LedgerWork
from shared_schemas.payment.books import Difference

LEDGER_PAGE = 5000
# Changes that no trigger saw are found after this time at the latest.
WHOLE_EVERY = timedelta(days=30)
FIRST = UUID(int=0)


class LedgerCheck:
    """Compares page by page, so that no query grows with the books, and stores its progress."""

    def __init__(self, unit_of_work: Callable[[], LedgerWork], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def begin_whole(self) -> None:
        """Start comparing the whole ledger; a pass that is running already continues."""
        with self._unit_of_work() as work:
            if work.ledger_checks.whole_from(self._clock.now() - WHOLE_EVERY) is None:
                work.ledger_checks.whole_came_to(FIRST)
            work.commit()

    def run(self, run: Run, more: Callable[[], bool]) -> Run:
        """Returns the differences of this gateway's payments. They are found again until they are fixed."""
        ended = self._whole(more)
        run, complete = self._touched(run, more)
        return run if ended and complete else replace(run, failure=run.failure or "out_of_time")

    def _whole(self, more: Callable[[], bool]) -> bool:
        """Continue a pass that is due, for all gateways. Differences are marked as if they had changed."""
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
        work: LedgerWork, provider: str, page: Sequence[tuple[int, UUID]], differing: set[UUID]
    ) -> list[Difference]:
        """A mark is removed once its payment is compared; a payment that differs keeps one."""
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
