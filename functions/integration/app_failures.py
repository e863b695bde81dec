"""Routes of what went wrong: errors, and events that nobody could handle."""

from core.identity import STAFF
from integration import wiring
from integration.api import api
from integration.errors import BrokerUnavailableError
from shared_schemas.common import Page
from shared_schemas.integration import DeadLetterQueue, ErrorGroup


@api.endpoint("GET /v1/errors", allow=STAFF)
def list_errors() -> Page[ErrorGroup]:
    """Failures that need a human eye, grouped by service, operation and code; the latest first."""
    return Page(data=wiring.event_log().errors())


@api.endpoint("GET /v1/dead-letters", allow=STAFF, errors=[BrokerUnavailableError])
def list_dead_letters() -> Page[DeadLetterQueue]:
    """Each dead-letter queue and how many events lie in it, the fullest first."""
    return Page(data=wiring.dead_letters().depths())
