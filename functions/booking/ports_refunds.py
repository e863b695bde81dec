"""What the use cases need of storage for money that went back."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from shared_schemas.payment import CollectedPayment


@dataclass(frozen=True)
class NotedRefund:
    """A part of a payment, in kopecks, that the payment service gave back."""

    id: UUID
    payment_id: UUID
    booking_id: UUID
    amount: int


class CollectedPayments(Protocol):
    """What the payment service says of money that came in."""

    def collected(self, payment_id: UUID) -> CollectedPayment:
        """`PaymentNotCollectedError` where it knows no such payment, `PaymentServiceUnavailableError` where nobody
        answers."""


class Refunds(Protocol):
    def add(self, refund: NotedRefund) -> bool:
        """Note it; False where it was noted before."""

    def is_counted(self, payment_id: UUID) -> bool:
        """Whether the payment is part of what its booking counts as paid."""

    def of_payment(self, payment_id: UUID) -> int:
        """What was noted to have gone back of a payment, in kopecks."""
