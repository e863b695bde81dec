"""Routes of the event log, and of flows in it."""

from uuid import UUID

from core.http.paging import InvalidCursorError
from integration import composition
from integration.api import api
from integration.events.errors import EventNotFoundError, TraceNotFoundError
from shared_schemas.common import Page
from shared_schemas.integration.events import EventsQuery, LoggedEvent
from shared_schemas.integration.traces import Trace
from shared_schemas.texts import CorrelationId


@api.endpoint("GET /v1/events", errors=[InvalidCursorError])
def list_events(query: EventsQuery) -> Page[LoggedEvent]:
    """Every event that was published, newest first; filter by `correlation_id` to see one whole flow."""
    return composition.app().event_log.page(query)


@api.endpoint("GET /v1/events/{event_id}", errors=[EventNotFoundError])
def get_event(event_id: UUID) -> LoggedEvent:
    """One event."""
    return composition.app().event_log.get(event_id)


@api.endpoint("GET /v1/traces/{correlation_id}", errors=[TraceNotFoundError])
def get_trace(correlation_id: CorrelationId) -> Trace:
    """The events of one flow as a tree: each below its cause, with the time that the step took."""
    return composition.app().traces.get(correlation_id)
