"""A movement of money, as it is entered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from payment.attempts.domain import Attempt


@dataclass(frozen=True)
class Movement:
    """`amount` in kopecks: above zero what came in, below what went back, which names its refund."""

    kind: Literal["payment", "refund"]
    booking_id: UUID
    payment_id: UUID
    refund_id: UUID | None
    amount: int
    at: datetime


def came_in(attempt: Attempt, at: datetime) -> Movement:
    """What a payment brought."""
    return Movement("payment", attempt.booking_id, attempt.payment_id, None, attempt.taken, at)
