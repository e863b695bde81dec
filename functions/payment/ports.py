"""What the use cases need of the world; `repository.py` and `booking_client.py` provide it, tests in memory."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.ports import Transaction
from payment.domain import Attempt
from payment.providers.base import Notification
from shared_schemas.booking import PaymentTerms


class BookingTerms(Protocol):
    """What the booking service allows to be charged."""

    def terms(self, booking_id: UUID) -> PaymentTerms:
        """`BookingNotFoundError` where there is no booking, `BookingUnavailableError` where nobody answers."""


class Attempts(Protocol):
    def add(self, attempt: Attempt, poll_at: datetime) -> Attempt:
        """Save it, unless an open one asks for the same thing, which is returned instead."""

    def get(self, payment_id: UUID, *, lock: bool = False) -> Attempt:
        """`PaymentNotFoundError` where there is none; `lock` keeps others from changing it."""

    def find(self, provider: str, gateway_payment_id: str, attempt_id: str | None) -> Attempt | None:
        """The attempt behind a gateway's payment: by the gateway's id, else by our own."""

    def of_booking(self, booking_id: UUID, customer_id: UUID | None) -> list[Attempt]:
        """The oldest first; with `customer_id` that customer's only."""

    def update(self, before: Attempt, after: Attempt) -> None:
        """`ConcurrentUpdateError` where somebody changed the attempt since `before`."""

    def due(self, now: datetime) -> Attempt | None:
        """The open attempt that has waited longest for a question to its gateway, locked."""

    def postpone(self, attempt: Attempt, poll_at: datetime) -> None:
        """Its next turn."""


class Notifications(Protocol):
    def add(self, notification_id: UUID, attempt: Attempt, notification: Notification, body: str) -> bool:
        """Store what arrived; False where the same was stored before."""

    def get(self, notification_id: UUID) -> tuple[UUID, str]:
        """The payment's id and the gateway's id of it."""


class Work(Transaction, Protocol):
    """A transaction on the schema of this service."""

    @property
    def attempts(self) -> Attempts: ...
    @property
    def notifications(self) -> Notifications: ...
