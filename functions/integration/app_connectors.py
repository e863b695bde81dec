"""Routes of connectors."""

from uuid import UUID

from core.identity import STAFF, Identity
from core.paging import InvalidCursorError
from integration import wiring
from integration.api import api
from integration.domain_failures import Handling
from integration.errors_connectors import ConnectorNotFoundError, DeliveryNotFoundError, DeliveryUnderWayError
from shared_schemas.common import Page
from shared_schemas.connectors import Connector, DeliveriesQuery, Delivery, StaffReasonRequest
from shared_schemas.texts import PathName


@api.endpoint("GET /v1/connectors", allow=STAFF)
def list_connectors() -> Page[Connector]:
    """The ways out to other systems: whether they are on, how they fare, what waits and what was given up."""
    return Page(data=wiring.connectors().all())


@api.endpoint("POST /v1/connectors/{name}/pause", allow=STAFF, errors=[ConnectorNotFoundError])
def pause_connector(name: PathName, body: StaffReasonRequest, identity: Identity) -> Connector:
    """Send nothing for now; deliveries wait, and are given up once they are too old."""
    return wiring.connectors().pause(name, identity.user_id, body.reason)


@api.endpoint("POST /v1/connectors/{name}/resume", allow=STAFF, errors=[ConnectorNotFoundError])
def resume_connector(name: PathName, body: StaffReasonRequest, identity: Identity) -> Connector:
    """Go on; what waits is sent within a minute."""
    return wiring.connectors().resume(name, identity.user_id, body.reason)


@api.endpoint("GET /v1/connectors/{name}/deliveries", allow=STAFF, errors=[ConnectorNotFoundError, InvalidCursorError])
def list_connector_deliveries(name: PathName, query: DeliveriesQuery) -> Page[Delivery]:
    """What a connector sent, with which success, newest first; kept for 30 days."""
    return wiring.connectors().deliveries(name, query)


@api.endpoint(
    "POST /v1/connectors/{name}/deliveries/{delivery_id}/resend",
    status=202,
    allow=STAFF,
    errors=[ConnectorNotFoundError, DeliveryNotFoundError, DeliveryUnderWayError],
)
def resend_connector_delivery(
    name: PathName, delivery_id: UUID, body: StaffReasonRequest, identity: Identity
) -> Delivery:
    """Send a finished delivery once more, within a minute, under the same id."""
    return wiring.connectors().resend(name, delivery_id, Handling(identity.user_id, wiring.clock.now(), body.reason))
