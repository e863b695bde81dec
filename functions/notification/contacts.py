"""Where people are to be reached, by the word of the gateway: asked when a message is about to leave."""

from uuid import UUID

from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from notification.errors import PermanentDeliveryError, TransientDeliveryError
from shared_schemas.accounts import Contact

NOT_FOUND = 404


class GatewayContacts:
    """Asks through the public API, as this service."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def contact(self, user_id: UUID) -> Contact:
        try:
            return Contact.model_validate(self._client.get(f"/v1/accounts/{user_id}/contact"))
        except ServiceUnreachableError as error:
            raise TransientDeliveryError("contact_unavailable") from error
        except ServiceCallError as error:
            if error.status == NOT_FOUND:
                raise PermanentDeliveryError("recipient_gone") from error
            raise TransientDeliveryError(f"contact_refused_{error.status}") from error
