"""What deliveries need of storage and of a connector."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol, TypeVar, runtime_checkable
from uuid import UUID

from core.http.paging import Cursor
from core.ports import Transaction
from integration.deliveries.domain import Outcome, Parcel, Patience, Target
from integration.deliveries.errors import SendError
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.connectors import Connector as ConnectorView
from shared_schemas.integration.connectors import ConnectorName, DeliveriesQuery, Delivery

SEND_DELIVERIES = "send_deliveries"
"""The job of every connector."""


class DeliveryStore(Protocol):
    def add(self, parcels: Sequence[Parcel], now: datetime) -> None:
        """Keep them, due at once."""

    def claim(
        self, connector: ConnectorName, now: datetime, delivery_id: UUID | None, but: Collection[str]
    ) -> Parcel | None:
        """Lease the one due longest, or the one with this id. None if nothing is due,
        the connector is paused, its target is among `but`, or another with the same subject is in progress."""

    def claim_some(
        self, connector: ConnectorName, now: datetime, ids: Collection[UUID] | None, most: int
    ) -> list[Parcel]:
        """Lease several in the order in which they happened: of those with these ids, or of all that are due. Those of
        one subject may be among them together, as they have one worker then."""

    def finish(self, parcels: Sequence[Parcel], outcome: Outcome, now: datetime, duration_ms: int) -> set[UUID]:
        """Record an attempt that ended alike; the ids of those whose lease had not ended, for else somebody has it."""

    def get(self, connector: ConnectorName, target: str | None, delivery_id: UUID) -> Delivery:
        """`DeliveryNotFoundError` if there is none."""

    def page(
        self, connector: ConnectorName, target: str | None, query: DeliveriesQuery, after: Cursor | None
    ) -> list[Delivery]:
        """Newest first, after `after`: one more than the limit."""

    def again(self, delivery_id: UUID, now: datetime, expires_at: datetime) -> None:
        """What is finished waits again, with its own id."""

    def withdraw(self, connector: ConnectorName, target: str, now: datetime) -> None:
        """What waits for a target is not sent any more."""

    def forget(self, before: datetime, limit: int) -> int:
        """Remove what was finished before then; how many."""


class ConnectorStore(Protocol):
    def views(self, switched_on: Collection[ConnectorName], names: Sequence[ConnectorName]) -> list[ConnectorView]: ...

    def pause(self, name: ConnectorName, actor: UUID, at: datetime, reason: str) -> None: ...

    def resume(self, name: ConnectorName) -> None: ...

    def succeeded(self, name: ConnectorName, at: datetime) -> None: ...

    def failed(self, name: ConnectorName, at: datetime, code: str) -> None: ...

    def take_turn(self, name: ConnectorName, interval: float, patience: float) -> float | None:
        """In how many seconds the caller may call; None if that is longer than `patience`, and no turn is taken."""

    def push_back(self, name: ConnectorName, seconds: float) -> None:
        """No turn is given before that time."""


class DeliveryWork(Transaction, Protocol):
    """A transaction on deliveries, and on how connectors fare."""

    @property
    def deliveries(self) -> DeliveryStore: ...
    @property
    def connectors(self) -> ConnectorStore: ...


W_contra = TypeVar("W_contra", contravariant=True)


class Connector(Protocol[W_contra]):
    """A way out to another system, which may have tables of its own: `W_contra` is the transaction on them.
    Everything else is shared: rows, retries, rate, pauses, health."""

    name: ConnectorName
    patience: Patience

    def targets(self, work: W_contra, envelope: Envelope) -> Sequence[Target]:
        """Who is to be told of an event; runs in the transaction that takes it in."""

    def send(self, parcel: Parcel) -> int | None:
        """Deliver, and return the HTTP status of the answer; a `SendError` if it did not work out."""

    def settle(self, work: W_contra, parcel: Parcel, outcome: Outcome, *, gone: bool) -> None:
        """What else an attempt means to the connector, in the transaction that records it."""


Sent = SendError | int | None
"""Why a delivery did not work out; else the HTTP status of the answer, if it had one of its own."""


@runtime_checkable
class Together(Protocol):
    """A connector that is told of several things at once, `together` at most: what each takes in calls is shared."""

    together: int

    def send_all(self, parcels: Sequence[Parcel]) -> Sequence[Sent]:
        """Deliver them in their order."""
