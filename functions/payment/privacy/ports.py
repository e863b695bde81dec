"""What forgetting a payer needs of storage."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from payment.held_money.ports import HeldWork


class Payers(Protocol):
    """What is stored of people who pay."""

    def erase(self, customer_id: UUID, at: datetime) -> None:
        """Remove what is personal, and remember whom it was about; amounts, receipts and dates stay."""

    def hand_over(self, guest_ids: Sequence[UUID], account_id: UUID) -> None:
        """The payments of these guests, with their refunds and receipts, are the account's."""


class Work(HeldWork, Protocol):
    """A transaction on the payment schema."""

    @property
    def payers(self) -> Payers: ...
