"""What the use cases need of stored receipts, and of those who get them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.ports import Transaction
from payment.attempts.ports import AttemptStore
from payment.receipts.life import StoredReceipt

POLL_RECEIPTS = "poll_receipts"
"""The job that orders them and asks how their registration goes."""


@dataclass(frozen=True)
class Recipient:
    """Where a receipt goes: to the e-mail, or where there is none, to the telephone. Nobody needs to be told both."""

    email: str | None = None
    phone: str | None = None


class Contacts(Protocol):
    """Where customers get their receipts."""

    def recipient(self, customer_id: UUID) -> Recipient | None:
        """None if there is no such account; `ContactUnavailableError` if the gateway does not answer."""


class ReceiptStore(Protocol):
    def add(self, row: StoredReceipt) -> bool:
        """Save it; False if the payment, or its refund, has one of this kind."""

    def get(self, receipt_id: UUID) -> StoredReceipt:
        """`ReceiptNotFoundError` if there is none."""

    def of_payment(self, payment_id: UUID) -> list[StoredReceipt]:
        """A payment's, its settlement's and its refunds', the oldest first."""

    def of_refund(self, refund_id: UUID) -> StoredReceipt | None:
        """The one that goes along with a refund."""

    def due(self, now: datetime, receipt_id: UUID | None, without: Collection[str]) -> StoredReceipt | None:
        """The receipt, any or this one, that has waited longest for its gateway, locked; `without` names providers to
        leave alone."""

    def claim(self, row: StoredReceipt) -> None:
        """Store that its gateway is about to be asked, and when next."""

    def update(self, before: StoredReceipt, after: StoredReceipt) -> bool:
        """Store the new state; False if somebody changed the receipt since `before`."""


class Work(Transaction, Protocol):
    """A transaction on payments and their receipts."""

    @property
    def attempts(self) -> AttemptStore: ...
    @property
    def receipts(self) -> ReceiptStore: ...
