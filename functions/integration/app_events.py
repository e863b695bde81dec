"""Routes of the event log."""

from uuid import UUID

from core.identity import STAFF
from core.paging import InvalidCursorError
from integration import wiring
from integration.api import api
from integration.errors import EventNotFoundError
from shared_schemas.common import Page
from shared_schemas.integration import EventsQuery, LoggedEvent


@api.endpoint("GET /v1/events", allow=STAFF, errors=[InvalidCursorError])
def list_events(query: EventsQuery) -> Page[LoggedEvent]:
    """Every event that crossed the broker, newest first; a `correlation_id` shows one whole flow."""
    return wiring.event_log().page(query)


@api.endpoint("GET /v1/events/{event_id}", allow=STAFF, errors=[EventNotFoundError])
def get_event(event_id: UUID) -> LoggedEvent:
    """One event."""
    return wiring.event_log().get(event_id)
