"""Routes of connectors."""

from uuid import UUID

from core.http.paging import InvalidCursorError
from core.identity import Identity
from integration import composition
from integration.api import api
from integration.deliveries.errors import ConnectorNotFoundError, DeliveryNotFoundError, DeliveryUnderWayError
from integration.failures.domain import Handling
from shared_schemas.common import Page
from shared_schemas.integration.connectors import Connector, DeliveriesQuery, Delivery, StaffReasonRequest
from shared_schemas.texts import PathName


@api.endpoint("GET /v1/connectors")
def list_connectors() -> Page[Connector]:
    """The connectors to other systems: on or paused, last success and failure, waiting and failed deliveries."""
    return Page(data=composition.app().connectors.all())


@api.endpoint("POST /v1/connectors/{name}/pause", errors=[ConnectorNotFoundError])
def pause_connector(name: PathName, body: StaffReasonRequest, identity: Identity) -> Connector:
    """Stop sending for now. Deliveries wait; one that waits too long is given up."""
    return composition.app().connectors.pause(name, identity.actor_id, body.reason)


@api.endpoint("POST /v1/connectors/{name}/resume", errors=[ConnectorNotFoundError])
def resume_connector(name: PathName, body: StaffReasonRequest) -> Connector:
    """Resume sending; waiting deliveries are sent within a minute."""
    return composition.app().connectors.resume(name, body.reason)


@api.endpoint("GET /v1/connectors/{name}/deliveries", errors=[ConnectorNotFoundError, InvalidCursorError])
def list_connector_deliveries(name: PathName, query: DeliveriesQuery) -> Page[Delivery]:
    """A connector's deliveries and their results, newest first; kept for 30 days."""
    return composition.app().connectors.deliveries(name, query)


@api.endpoint(
    "POST /v1/connectors/{name}/deliveries/{delivery_id}/resend",
    status=202,
    errors=[ConnectorNotFoundError, DeliveryNotFoundError, DeliveryUnderWayError],
)
def resend_connector_delivery(
    name: PathName, delivery_id: UUID, body: StaffReasonRequest, identity: Identity
) -> Delivery:
    """Send a finished delivery again, within a minute and with the same id."""
    handling = Handling(identity.actor_id, composition.app().world.clock.now(), body.reason)
    return composition.app().connectors.resend(name, delivery_id, handling)
