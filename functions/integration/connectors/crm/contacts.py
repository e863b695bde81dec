"""Who a customer is: asked when a CRM is about to be told, and stored nowhere here."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from core.contacts import Contacts
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from integration.deliveries.errors import TransientSendError
from shared_schemas.accounts import Contact, Person


class GatewayContacts:
    """The contacts of customers; without an answer the delivery is tried again."""

    def __init__(self, client: ServiceClient) -> None:
        self._contacts = Contacts(client)

    def contact(self, user_id: UUID) -> Contact | None:
        with _answered():
            return self._contacts.contact(user_id)

    def contacts(self, user_ids: Collection[UUID]) -> dict[UUID, Contact | Person]:
        with _answered():
            found: Iterable[Contact | Person | None]
            # For the usual one there is a route that reads, and has an ETag.
            found = self._contacts.people(user_ids) if len(user_ids) > 1 else map(self._contacts.contact, user_ids)
            return {person.id: person for person in found if person}


@contextmanager
def _answered() -> Iterator[None]:
    try:
        yield
    except ServiceUnreachableError as error:
        raise TransientSendError("contact_unavailable") from error
    except ServiceCallError as error:
        raise TransientSendError(f"contact_refused_{error.status}") from error
