"""What the use cases need of stored payments."""

from typing import Protocol
from uuid import UUID

from payment.attempts.domain import Attempt

POLL_ATTEMPTS = "poll_attempts"
"""The job that goes through them."""


class AttemptStore(Protocol):
    """Payments by their ids; other capabilities add queries of their own."""

    def get(self, payment_id: UUID, *, lock: bool = False) -> Attempt:
        """`PaymentNotFoundError` if there is none; `lock` keeps others from changing it."""

    def parts(self, attempt: Attempt, *, lock: bool = False) -> list[Attempt]:
        """The payments that are one with it at its gateway, itself among them, in the order of their bookings."""

    def counted(self, booking_id: UUID) -> list[Attempt]:
        """A booking's payments that were collected and not refused, locked."""

    def update(self, before: Attempt, after: Attempt) -> None:
        """`ConcurrentUpdateError` if somebody changed the attempt since `before`."""
