"""What keeping a CRM current needs of storage and of the gateway."""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from core.ports import Transaction
from integration.connectors.crm.domain import Link, LinkKind
from integration.deliveries.ports import DeliveryWork
from shared_schemas.accounts import Contact, Person
from shared_schemas.integration.connectors import ConnectorName


class LinkStore(Protocol):
    def get(self, connector: ConnectorName, kind: LinkKind, our_id: UUID) -> Link: ...

    def known(self, connector: ConnectorName, kind: LinkKind, our_ids: Collection[UUID]) -> dict[UUID, Link]:
        """Those that there are; one without their id is of a record that was about to be made."""

    def intend(self, connector: ConnectorName, kind: LinkKind, our_ids: Collection[UUID]) -> None:
        """Keep that a record of each is about to be made; links that there are stay as they are."""

    def put(self, connector: ConnectorName, kind: LinkKind, link: Link) -> None: ...


class LinkWork(Transaction, Protocol):
    """A transaction on what is known of a CRM's records."""

    @property
    def links(self) -> LinkStore: ...


class CrmWork(DeliveryWork, LinkWork, Protocol):
    """One that gives turns to call it, too."""


class Contacts(Protocol):
    def contacts(self, user_ids: Collection[UUID]) -> dict[UUID, Contact | Person]:
        """The same of several at once; whoever asked to be forgotten is left out."""

    def contact(self, user_id: UUID) -> Contact | None:
        """Who that is, by the word of the gateway; None for somebody who asked to be forgotten."""
