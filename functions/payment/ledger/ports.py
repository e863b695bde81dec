"""What the use cases need of the ledger."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from payment.ledger.domain import Movement


class LedgerStore(Protocol):
    """Every movement of money."""

    def add(self, movement: Movement) -> None:
        """Enter a movement, once and for good."""

    def received_at(self, payment_id: UUID) -> datetime | None:
        """When a payment came in; None if it never did."""
