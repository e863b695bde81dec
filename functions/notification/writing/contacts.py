"""Contact details of people, asked for when a message is about to be sent."""

from uuid import UUID

from core.contacts import Contacts
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from notification.errors import PermanentDeliveryError, TransientDeliveryError
from shared_schemas.accounts import Contact


class GatewayContacts:
    """The contacts of recipients; if the gateway does not answer, the message is retried."""

    def __init__(self, client: ServiceClient) -> None:
        self._contacts = Contacts(client)

    def contact(self, user_id: UUID) -> Contact:
        try:
            contact = self._contacts.contact(user_id)
        except ServiceUnreachableError as error:
            raise TransientDeliveryError("contact_unavailable") from error
        except ServiceCallError as error:
            raise TransientDeliveryError(f"contact_refused_{error.status}") from error
        if contact is None:
            raise PermanentDeliveryError("recipient_gone")
        return contact
