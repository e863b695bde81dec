"""What reminding needs; `repository.py` provides it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from notification.bookings.domain import KnownBooking
from notification.messages.ports import Queue

SEND_REMINDERS = "send_reminders"
"""The job that has a queue."""


class Reminders(Protocol):
    def unreminded(self, now: datetime, until: datetime, limit: int) -> list[UUID]:
        """Confirmed ones that start within the window and have no reminder for that start, locked. Those locked by
        another worker or put off are skipped."""

    def remind(self, booking_ids: Sequence[UUID]) -> list[KnownBooking]:
        """Mark the current starts of these bookings as reminded."""


class Work(Queue, Protocol):
    """A transaction that reminds."""

    @property
    def reminders(self) -> Reminders: ...
