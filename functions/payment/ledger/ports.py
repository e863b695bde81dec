"""What the use cases need of the ledger."""

from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID


class LedgerStore(Protocol):
    """Every movement of money, in kopecks: above zero what came in, below what went back."""

    def add(
        self,
        kind: Literal["payment", "refund"],
        booking_id: UUID,
        payment_id: UUID,
        refund_id: UUID | None,
        amount: int,
        at: datetime,
    ) -> None:
        """Enter a movement, once and for good."""

    def received_at(self, payment_id: UUID) -> datetime | None:
        """When a payment came in; None if it never did."""
