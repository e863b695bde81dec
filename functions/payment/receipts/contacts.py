"""Whom a receipt goes to: asked when it is about to be ordered, and kept nowhere."""

from uuid import UUID

from core.contacts import Contacts
from core.service_client import ServiceClient, ServiceUnreachableError
from payment.receipts.errors import ContactUnavailableError
from payment.receipts.ports import Recipient


class GatewayContacts:
    """The addresses of customers, as receipts need them."""

    def __init__(self, client: ServiceClient) -> None:
        self._contacts = Contacts(client)

    def recipient(self, customer_id: UUID) -> Recipient | None:
        try:
            contact = self._contacts.contact(customer_id)
        except ServiceUnreachableError as error:
            raise ContactUnavailableError from error
        if contact is None:
            return None
        return Recipient(email=contact.email) if contact.email else Recipient(phone=contact.phone or None)
