"""What the use cases need of storage for money that went back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from shared_schemas.payment.payments import CollectedPayment


@dataclass(frozen=True)
class NotedRefund:
    """A part of a payment, in kopecks, that the payment service gave back, and how much of it was promised; both
    unknown where older news told of it."""

    id: UUID
    payment_id: UUID
    booking_id: UUID
    amount: int
    promised: int | None = None
    decided_at: datetime | None = None


class CollectedPayments(Protocol):
    """What the payment service says of money that came in."""

    def collected(self, payment_id: UUID) -> CollectedPayment:
        """`PaymentNotCollectedError` if there is no such payment, `PaymentServiceUnavailableError` if there is no
        answer."""


class RefundStore(Protocol):
    def add(self, refund: NotedRefund) -> bool:
        """Note it; False if it was noted before."""

    def is_counted(self, payment_id: UUID) -> bool:
        """Whether the payment is part of what its booking counts as paid."""

    def of_payment(self, payment_id: UUID) -> list[NotedRefund]:
        """What was noted to have gone back of a payment, in the order in which it was noted."""


class DepositStore(Protocol):
    def add(self, deposit_id: UUID, booking_id: UUID, change: int) -> None:
        """So much more is held of it, in kopecks, or less."""

    def held(self, booking_id: UUID) -> int:
        """What is held of all deposits of a booking."""
