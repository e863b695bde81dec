"""What connectors need of the world, and what the world needs of a connector."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.paging import Cursor
from core.ports import Transaction
from integration.domain_crm import Link, LinkKind
from integration.domain_deliveries import Outcome, Parcel, Patience, Target
from integration.domain_webhooks import Subscription
from integration.ports_failures import Actions
from shared_schemas.accounts import Contact
from shared_schemas.connectors import Connector as ConnectorView
from shared_schemas.connectors import ConnectorName, DeliveriesQuery, Delivery
from shared_schemas.events import Envelope

SEND_DELIVERIES = "send_deliveries"
"""The job of every connector."""


class Deliveries(Protocol):
    def add(self, parcels: Sequence[Parcel], now: datetime) -> None:
        """Keep them, due at once."""

    def claim(
        self, connector: ConnectorName, now: datetime, delivery_id: UUID | None, but: Collection[str]
    ) -> Parcel | None:
        """The longest due, or the one with this id, for nobody else until its lease ends. None where nothing is due,
        the connector is paused, its target is among `but`, or another with the same subject is under way."""

    def finish(self, parcel: Parcel, outcome: Outcome, now: datetime, duration_ms: int) -> bool:
        """Record an attempt; False where its lease had ended and somebody else has it."""

    def get(self, connector: ConnectorName, target: str | None, delivery_id: UUID) -> Delivery:
        """`DeliveryNotFoundError` where there is none."""

    def page(
        self, connector: ConnectorName, target: str | None, query: DeliveriesQuery, after: Cursor | None
    ) -> list[Delivery]:
        """Newest first, from behind `after`: one more than the limit."""

    def again(self, delivery_id: UUID, now: datetime, expires_at: datetime) -> None:
        """What is finished waits once more, with its own id."""

    def withdraw(self, connector: ConnectorName, target: str, now: datetime) -> None:
        """What waits for a target is not sent any more."""

    def forget(self, before: datetime, limit: int) -> int:
        """Remove what was finished before then; how many."""


class Subscriptions(Protocol):
    def add(self, subscription: Subscription) -> None: ...

    def get(self, subscription_id: UUID, *, lock: bool = False) -> Subscription:
        """`SubscriptionNotFoundError` where there is none."""

    def find(self, subscription_id: UUID) -> Subscription | None: ...

    def page(self, after: Cursor | None, limit: int) -> list[Subscription]:
        """Newest first, from behind `after`."""

    def wanting(self, event_type: str) -> list[Subscription]:
        """The active ones that want events of this type."""

    def save(self, subscription: Subscription) -> None:
        """Everything but `failures`."""

    def remove(self, subscription_id: UUID) -> None: ...

    def count_failure(self, subscription_id: UUID) -> None: ...

    def clear_failures(self, subscription_id: UUID) -> None: ...

    def disable(self, subscription_id: UUID, reason: str) -> None: ...


class ConnectorStates(Protocol):
    def views(self, switched_on: Collection[ConnectorName], names: Sequence[ConnectorName]) -> list[ConnectorView]: ...

    def pause(self, name: ConnectorName, actor: UUID, at: datetime, reason: str) -> None: ...

    def resume(self, name: ConnectorName) -> None: ...

    def succeeded(self, name: ConnectorName, at: datetime) -> None: ...

    def failed(self, name: ConnectorName, at: datetime, code: str) -> None: ...

    def take_turn(self, name: ConnectorName, interval: float, patience: float) -> float | None:
        """In how many seconds the caller may call; None where that is longer than `patience`, and no turn is taken."""

    def push_back(self, name: ConnectorName, seconds: float) -> None:
        """Nobody's turn comes before that."""


class Links(Protocol):
    def get(self, connector: ConnectorName, kind: LinkKind, our_id: UUID) -> Link: ...

    def put(self, connector: ConnectorName, kind: LinkKind, link: Link) -> None: ...


class ConnectorWork(Transaction, Protocol):
    """A transaction on what leaves for other systems."""

    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def subscriptions(self) -> Subscriptions: ...
    @property
    def connectors(self) -> ConnectorStates: ...
    @property
    def links(self) -> Links: ...
    @property
    def actions(self) -> Actions: ...


class Contacts(Protocol):
    def contact(self, user_id: UUID) -> Contact | None:
        """Who that is, by the word of the gateway; None for somebody who asked to be forgotten."""


class Connector(Protocol):
    """A way out to another system. Everything around it is shared: rows, retries, rate, pauses, health."""

    name: ConnectorName
    patience: Patience

    def targets(self, work: ConnectorWork, envelope: Envelope) -> Sequence[Target]:
        """Who is to be told of an event; runs in the transaction that takes it in."""

    def send(self, parcel: Parcel) -> int | None:
        """Deliver, and return the HTTP status of the answer; a `SendError` where it did not work out."""

    def settle(self, work: ConnectorWork, parcel: Parcel, outcome: Outcome, *, gone: bool) -> None:
        """What else an attempt means to the connector, in the transaction that records it."""
