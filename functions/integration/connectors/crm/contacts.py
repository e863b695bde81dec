"""Who a customer is: asked when a CRM is about to be told, and stored nowhere here."""

from collections.abc import Collection, Iterator
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
        """By the ids that were asked for; whoever was erased is left out."""
        with _answered():
            if len(user_ids) > 1:
                return {person.id: person for person in self._contacts.people(user_ids)}
            # For the usual one there is a route that reads, and has an ETag. Of a guest who joined an account it tells
            # the account, by that one's id.
            return {asked: found for asked in user_ids if (found := self._contacts.contact(asked))}


@contextmanager
def _answered() -> Iterator[None]:
    try:
        yield
    except ServiceUnreachableError as error:
        raise TransientSendError("contact_unavailable") from error
    except ServiceCallError as error:
        raise TransientSendError(f"contact_refused_{error.status}") from error
