"""What webhook subscriptions need of storage, and of the addresses that they lead to."""

from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from integration.connectors.webhooks.domain import Subscription
from integration.deliveries.ports import DeliveryWork
from shared_schemas.errors import Violation


class SubscriptionStore(Protocol):
    def add(self, subscription: Subscription) -> None: ...

    def get(self, subscription_id: UUID, *, lock: bool = False) -> Subscription:
        """`SubscriptionNotFoundError` if there is none."""

    def find(self, subscription_id: UUID) -> Subscription | None: ...

    def page(self, after: Cursor | None, limit: int) -> list[Subscription]:
        """Newest first, after `after`."""

    def wanting(self, event_type: str) -> list[Subscription]:
        """The active ones that want events of this type."""

    def save(self, subscription: Subscription) -> None:
        """Everything but `failures`."""

    def remove(self, subscription_id: UUID) -> None: ...

    def count_failure(self, subscription_id: UUID) -> None: ...

    def clear_failures(self, subscription_id: UUID) -> None: ...

    def disable(self, subscription_id: UUID, reason: str) -> None: ...


class SubscriptionWork(DeliveryWork, Protocol):
    """A transaction on subscriptions and what is sent to them."""

    @property
    def subscriptions(self) -> SubscriptionStore: ...


class AddressBook(Protocol):
    @property
    def private_addresses(self) -> bool:
        """Whether calls may go to private networks and to this machine."""

    def check(self, url: str) -> list[Violation]:
        """What speaks against calling an address, by what its name leads to now."""
