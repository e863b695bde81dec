"""Who a customer is: asked when a CRM is about to be told, and stored nowhere here."""

from uuid import UUID

from core.contacts import Contacts
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from integration.deliveries.errors import TransientSendError
from shared_schemas.accounts import Contact


class GatewayContacts:
    """The contacts of customers; without an answer the delivery is tried again."""

    def __init__(self, client: ServiceClient) -> None:
        self._contacts = Contacts(client)

    def contact(self, user_id: UUID) -> Contact | None:
        try:
            return self._contacts.contact(user_id)
        except ServiceUnreachableError as error:
            raise TransientSendError("contact_unavailable") from error
        except ServiceCallError as error:
            raise TransientSendError(f"contact_refused_{error.status}") from error
