"""Whom a receipt goes to: asked when it is about to be ordered, and kept nowhere."""

from uuid import UUID

from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from payment.errors import ContactUnavailableError
from shared_schemas.accounts import Contact

NOT_FOUND = 404


class GatewayContacts:
    """Asks through the public API, as this service."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    def email(self, customer_id: UUID) -> str | None:
        try:
            return Contact.model_validate(self._client.get(f"/v1/accounts/{customer_id}/contact")).email
        except ServiceUnreachableError as error:
            raise ContactUnavailableError from error
        except ServiceCallError as error:
            if error.status == NOT_FOUND:
                return None
            raise
