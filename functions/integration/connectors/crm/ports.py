"""What keeping a CRM current needs of storage and of the gateway."""

from typing import Protocol
from uuid import UUID

from core.ports import Transaction
from integration.connectors.crm.domain import Link, LinkKind
from integration.deliveries.ports import DeliveryWork
from shared_schemas.accounts import Contact
from shared_schemas.integration.connectors import ConnectorName


class LinkStore(Protocol):
    def get(self, connector: ConnectorName, kind: LinkKind, our_id: UUID) -> Link: ...

    def put(self, connector: ConnectorName, kind: LinkKind, link: Link) -> None: ...


class LinkWork(Transaction, Protocol):
    """A transaction on what is known of a CRM's records."""

    @property
    def links(self) -> LinkStore: ...


class CrmWork(DeliveryWork, LinkWork, Protocol):
    """One that gives turns to call it, too."""


class Contacts(Protocol):
    def contact(self, user_id: UUID) -> Contact | None:
        """Who that is, by the word of the gateway; None for somebody who asked to be forgotten."""
