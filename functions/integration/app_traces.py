"""The route of traces."""

from core.identity import STAFF
from integration import wiring
from integration.api import api
from integration.errors import TraceNotFoundError
from shared_schemas.texts import CorrelationId
from shared_schemas.traces import Trace


@api.endpoint("GET /v1/traces/{correlation_id}", allow=STAFF, errors=[TraceNotFoundError])
def get_trace(correlation_id: CorrelationId) -> Trace:
    """What one flow set off: its events under their causes, with the time that each step took."""
    return wiring.traces().get(correlation_id)
