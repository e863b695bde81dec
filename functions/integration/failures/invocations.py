"""Failed invocations become errors that staff see."""

from collections.abc import Callable

from core.context import flow
from core.observability import count, logger
from core.ports import Transaction
from integration.failures.invocation import SUBSCRIBER, Invocation, report


class FailedInvocations:
    """Reports them as any service reports an error: by an event."""

    def __init__(self, unit_of_work: Callable[[], Transaction]) -> None:
        self._unit_of_work = unit_of_work

    def record(self, invocation: Invocation) -> None:
        """Once, however often the message comes."""
        error = report(invocation)
        with flow(causation_id=str(invocation.id)), self._unit_of_work() as work:
            if not work.inbox.accept(SUBSCRIBER, invocation.id):
                return
            work.emit(error)
            work.commit()
        logger.error("A function was given up", function=invocation.function, error_type=invocation.error_type)
        count("FailedInvocations", service=error.service)
