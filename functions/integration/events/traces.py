"""Looking at one flow as a whole."""

from collections.abc import Callable

from integration.events.errors import TraceNotFoundError
from integration.events.ports import LogWork
from integration.events.trace import trace
from shared_schemas.integration.events import EventsQuery
from shared_schemas.integration.traces import Trace

MAX_EVENTS = 1000
"""As many as a page can show and an answer of Lambda hold; the flow of a booking has some twenty."""


class Traces:
    """Flows as the event log knows them."""

    def __init__(self, unit_of_work: Callable[[], LogWork]) -> None:
        self._unit_of_work = unit_of_work

    def get(self, correlation_id: str) -> Trace:
        """The latest events of a flow as a tree; `TraceNotFoundError` if the log has none."""
        with self._unit_of_work() as work:
            found = work.events.page(EventsQuery(correlation_id=correlation_id), None, MAX_EVENTS + 1)
        if not found:
            raise TraceNotFoundError(correlation_id=correlation_id)
        return trace(correlation_id, found[:MAX_EVENTS], len(found) > MAX_EVENTS)
