"""What looking messages up needs; `repository.py` provides it."""

from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from notification.bookings.ports import Bookings
from notification.messages.domain.deliveries import Delivery
from notification.messages.ports import Queue
from shared_schemas.notification import Notification, NotificationsQuery


class Messages(Protocol):
    def get(self, notification_id: UUID) -> Notification:
        """`NotificationNotFoundError` if there is none."""

    def delivery(self, notification_id: UUID) -> Delivery:
        """`NotificationNotFoundError` if there is none."""

    def page(self, query: NotificationsQuery, after: Cursor | None, limit: int) -> list[Notification]:
        """Newest first, after `after`."""


class Work(Queue, Protocol):
    """A transaction that looks messages up, or queues one again."""

    @property
    def bookings(self) -> Bookings: ...
    @property
    def history(self) -> Messages: ...
