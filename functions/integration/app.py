"""HTTP API of the integration service: what happened, and what went wrong."""

from uuid import UUID

from core.health import DegradedError, check_health
from core.http import Api
from core.identity import STAFF
from core.paging import InvalidCursorError
from integration import wiring
from integration.errors import BrokerUnavailableError, EventNotFoundError
from shared_schemas.common import Health, Page
from shared_schemas.integration import DeadLetterQueue, ErrorGroup, EventsQuery, LoggedEvent

api = Api("integration")
app = api.app


@api.endpoint("GET /health/integration", errors=[DegradedError])
def integration_health() -> Health:
    """Whether the integration service can reach its database, and how far its outbox lags."""
    return check_health(wiring.engine(), wiring.outbox)


@api.endpoint("GET /v1/events", allow=STAFF, errors=[InvalidCursorError])
def list_events(query: EventsQuery) -> Page[LoggedEvent]:
    """Every event that crossed the broker, newest first; a `correlation_id` shows one whole flow."""
    return wiring.event_log().page(query)


@api.endpoint("GET /v1/events/{event_id}", allow=STAFF, errors=[EventNotFoundError])
def get_event(event_id: UUID) -> LoggedEvent:
    """One event."""
    return wiring.event_log().get(event_id)


@api.endpoint("GET /v1/errors", allow=STAFF)
def list_errors() -> Page[ErrorGroup]:
    """Failures that need a human eye, grouped by service, operation and code; the latest first."""
    return Page(data=wiring.event_log().errors())


@api.endpoint("GET /v1/dead-letters", allow=STAFF, errors=[BrokerUnavailableError])
def list_dead_letters() -> Page[DeadLetterQueue]:
    """Each dead-letter queue and how many events lie in it, the fullest first."""
    return Page(data=wiring.dead_letters().depths())
