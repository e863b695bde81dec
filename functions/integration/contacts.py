"""Who a customer is, by the word of the gateway: asked when a CRM is about to be told, and stored nowhere here."""

from uuid import UUID

from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from integration.errors_connectors import TransientSendError
from shared_schemas.accounts import Contact

NOT_FOUND = 404


class GatewayContacts:
    """Asks through the public API, as this service."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def contact(self, user_id: UUID) -> Contact | None:
        try:
            return Contact.model_validate(self._client.get(f"/v1/accounts/{user_id}/contact"))
        except ServiceUnreachableError as error:
            raise TransientSendError("contact_unavailable") from error
        except ServiceCallError as error:
            if error.status == NOT_FOUND:
                return None
            raise TransientSendError(f"contact_refused_{error.status}") from error
