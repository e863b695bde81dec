"""What the use cases need; `repository.py` and the clients provide it, tests have it in memory."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.http.paging import Cursor
from core.ports import Transaction
from notification.domain import Delivery, KnownBooking, Outcome
from notification.writing.studio import Signature
from shared_schemas.channels import Channel
from shared_schemas.codes import PendingCode
from shared_schemas.common import LocaleCode
from shared_schemas.gateway.recipients import Recipient, WrittenBooking
from shared_schemas.notification import Notification, NotificationsQuery
from shared_schemas.payment.payments import PayLink
from shared_schemas.staff import PendingInvitation

SEND_PENDING, SEND_REMINDERS = "send_pending", "send_reminders"
"""The jobs that have queues."""


class Surroundings(Protocol):
    """Who the studio is, for whoever gets a message."""

    def signature(self, hall_id: UUID | None, locale: LocaleCode) -> Signature:
        """Of a message about a visit to this hall, or about none."""


class Bookings(Protocol):
    def put(self, booking: KnownBooking) -> KnownBooking:
        """Store a booking unless a newer version is known; returns the newest."""

    def get(self, booking_id: UUID) -> KnownBooking:
        """`BookingUnknownError` if its first event has not arrived yet."""

    def unreminded(self, now: datetime, until: datetime, limit: int) -> list[UUID]:
        """Confirmed ones that start within the window and have no reminder for that start, locked. Those locked by
        another
        worker or put off are skipped."""

    def remind(self, booking_ids: Sequence[UUID]) -> list[KnownBooking]:
        """Mark the current starts of these bookings as reminded."""

    def skip_reminder(self, booking: KnownBooking) -> None:
        """Mark this start as needing no reminder."""


class Notifications(Protocol):
    def add(self, delivery: Delivery, now: datetime) -> bool:
        """Queue a message; False if the same cause has queued it before."""

    def claim(self, now: datetime, notification_id: UUID | None = None) -> Delivery | None:
        """Lease a message that is due, this one or the one due longest, so that no other worker sends it."""

    def finds_room(self, delivery: Delivery, address: str, now: datetime, most: int) -> bool:
        """Note that the message being sent goes to this address; False where `most` like it went there in `SPAN`."""

    def finish(self, delivery: Delivery, outcome: Outcome, now: datetime) -> bool:
        """Record how an attempt ended; False if the lease expired and another attempt took over."""

    def forget(self, recipient_id: UUID) -> None:
        """Remove personal data from a person's messages, and do not send those that wait; the rows stay."""

    def hand_over(self, guest_ids: Sequence[UUID], account_id: UUID) -> None:
        """The messages to these guests, and their bookings, are the account's."""

    def get(self, notification_id: UUID) -> Notification:
        """`NotificationNotFoundError` if there is none."""

    def delivery(self, notification_id: UUID) -> Delivery:
        """`NotificationNotFoundError` if there is none."""

    def page(self, query: NotificationsQuery, after: Cursor | None, limit: int) -> list[Notification]:
        """Newest first, after `after`."""


class Work(Transaction, Protocol):
    """A transaction on the schema of this service."""

    @property
    def bookings(self) -> Bookings: ...
    @property
    def notifications(self) -> Notifications: ...


class Contacts(Protocol):
    """The contact details of people, and the links that open their bookings."""

    def recipient(self, user_id: UUID, channel: Channel, about: WrittenBooking | None) -> Recipient:
        """`PermanentDeliveryError` if the person was erased, `TransientDeliveryError` if the gateway does not
        answer."""


class Codes(Protocol):
    """The one-time codes and links that are to be sent."""

    def pending(self, code_id: UUID) -> PendingCode:
        """`NeedlessDeliveryError` if it is not to be sent any more, `TransientDeliveryError` if the gateway does not
        answer."""

    def invitation(self, invitation_id: UUID) -> PendingInvitation:
        """The same for a link."""


class CancelledBookings(Protocol):
    """What the booking service knows of bookings that were cancelled."""

    def reason(self, booking_id: UUID) -> str | None:
        """What was said then, if anything; `TransientDeliveryError` if Booking does not answer."""


class PayLinks(Protocol):
    """Where payments are paid."""

    def link(self, payment_id: UUID) -> PayLink:
        """`NeedlessDeliveryError` once nothing should be paid any more, `TransientDeliveryError` if Payment does not
        answer."""


class Outgoing(Protocol):
    """Sends messages that are queued."""

    def send(self, ids: Sequence[UUID]) -> None:
        """One after the other; the job retries those that fail."""
