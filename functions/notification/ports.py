"""What the use cases need of the world; `repository.py`, `senders/` and the others provide it, tests in memory."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.paging import Cursor
from core.ports import Transaction
from notification.domain import Delivery, Facts, KnownBooking, Outcome
from shared_schemas.accounts import Contact
from shared_schemas.common import LocaleCode
from shared_schemas.events import Channel
from shared_schemas.notification import Message, Notification, NotificationsQuery, TemplateName

SEND_PENDING, SEND_REMINDERS = "send_pending", "send_reminders"
"""The jobs that have queues."""


class Bookings(Protocol):
    def put(self, booking: KnownBooking) -> KnownBooking:
        """Remember a booking unless a newer version of it is known; returns what is known then."""

    def get(self, booking_id: UUID) -> KnownBooking:
        """`BookingUnknownError` where its first event has not arrived yet."""

    def unreminded(self, now: datetime, until: datetime, limit: int) -> list[UUID]:
        """Confirmed ones that start within the window and were not reminded of that start, locked; those that another
        worker has, or that are put off, are skipped."""

    def remind(self, booking_ids: Sequence[UUID]) -> list[KnownBooking]:
        """From now on they count as reminded of the start they have."""

    def skip_reminder(self, booking: KnownBooking) -> None:
        """Of this start it needs no reminder."""


class Notifications(Protocol):
    def add(self, delivery: Delivery, now: datetime) -> bool:
        """Queue a message; False where the same cause asked for it before."""

    def claim(self, now: datetime, notification_id: UUID | None = None) -> Delivery | None:
        """Take a message that is due, this one or the longest due, so that nobody else sends it meanwhile."""

    def finish(self, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
        """Record how an attempt ended; False where the lease ran out and another attempt took over."""

    def forget(self, recipient_id: UUID) -> None:
        """Remove what is personal in a person's messages, and send none of those that wait; the rows stay."""

    def get(self, notification_id: UUID) -> Notification:
        """`NotificationNotFoundError` where there is none."""

    def delivery(self, notification_id: UUID) -> Delivery:
        """`NotificationNotFoundError` where there is none."""

    def page(self, query: NotificationsQuery, after: Cursor | None, limit: int) -> list[Notification]:
        """Newest first, from behind `after`."""


class Work(Transaction, Protocol):
    """A transaction on the schema of this service."""

    @property
    def bookings(self) -> Bookings: ...
    @property
    def notifications(self) -> Notifications: ...


class Contacts(Protocol):
    """Where people are to be reached."""

    def contact(self, user_id: UUID) -> Contact:
        """`PermanentDeliveryError` where the person is gone, `TransientDeliveryError` where nobody answers."""


class Renderer(Protocol):
    """Puts facts into words."""

    def render(
        self, template: TemplateName, channel: Channel, locale: LocaleCode, name: str, facts: Facts
    ) -> Message: ...


class Sender(Protocol):
    """Hands messages of one channel over to a provider."""

    def address(self, contact: Contact) -> str:
        """Where this channel reaches a person; `PermanentDeliveryError` where it cannot."""

    def send(self, address: str, message: Message) -> str:
        """The provider's own id of the message; raises a `DeliveryError`."""


class Outgoing(Protocol):
    """Sends messages that are queued."""

    def send(self, ids: Sequence[UUID]) -> None:
        """Each in turn; what does not leave now is tried again by the job."""
