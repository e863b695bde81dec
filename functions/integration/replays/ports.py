"""What replays need of the world."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from core.ports import Transaction
from integration.replays.domain import Running, Subscription
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.replays import Replay


class ReplayStore(Protocol):
    def add(self, running: Running) -> None: ...

    def get(self, replay_id: UUID) -> Replay:
        """`ReplayNotFoundError` if there is none."""

    def page(self, after: Cursor | None, limit: int) -> list[Replay]:
        """Newest first, after `after`."""

    def claim(self, now: datetime) -> Running | None:
        """One that is due, locked until the transaction ends, so that no other worker continues it."""

    def save(self, running: Running) -> None: ...

    def count(self, replay: Replay, types: Sequence[str] | None) -> int:
        """How many events of the log it asks for, of these types."""

    def events(self, running: Running, types: Sequence[str] | None, limit: int) -> list[Envelope]:
        """The next of them, from behind the last that was sent, in the order in which they happened."""


class ReplayWork(Transaction, Protocol):
    """A transaction on the schema of this service."""

    @property
    def replays(self) -> ReplayStore: ...


class Subscriptions(Protocol):
    """Who receives what of the bus."""

    def names(self) -> Sequence[str]: ...

    def find(self, name: str) -> Subscription:
        """One of `names`; `BrokerUnavailableError` if the broker does not answer."""


class Redelivery(Protocol):
    """Sends events to subscribers again."""

    def to_all(self, envelopes: Sequence[Envelope]) -> None:
        """Onto the bus; `NotTakenError` unless it took all of them."""

    def to_one(self, subscription: Subscription, envelopes: Sequence[Envelope]) -> None:
        """Into one queue, as EventBridge would; `NotTakenError` unless it took all of them."""
