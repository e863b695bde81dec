"""Tells staff of calls that were refused: one line a minute, whoever sends however many."""

from collections.abc import Callable
from datetime import datetime, timedelta

from core.clock import Clock
from core.observability import count
from core.ports import Transaction
from shared_schemas.events.operations import ServiceError

REPORTED_EVERY = timedelta(minutes=1)


class Refusals:
    """One for each function, in each process."""

    def __init__(self, unit_of_work: Callable[[], Transaction], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._reported: datetime | None = None

    def report(self, operation: str, code: str, detail: str) -> None:
        """An error for staff, unless there was one within the minute."""
        count("CallbacksRefused", code=code)
        now = self._clock.now()
        if self._reported and now - self._reported < REPORTED_EVERY:
            return
        self._reported = now
        with self._unit_of_work() as work:
            work.emit(ServiceError(service="notification", operation=operation, code=code, detail=detail))
            work.commit()
