"""What following messages needs; `repository.py` provides it."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.ports import Transaction
from notification.tracking.domain import Finding, Followed

ASK_DELIVERY = "ask_delivery"
"""The job that has a queue."""


class Followings(Protocol):
    def claim(self, now: datetime, message_id: UUID | None, without: Collection[str]) -> Followed | None:
        """Lease a message that is to be asked after now, or this one if nothing final is known of it."""

    def by_reference(self, provider: str, references: Collection[str]) -> list[UUID]:
        """The messages that this provider took under these ids, if nothing final is known of them."""

    def record(self, message: Followed, finding: Finding, now: datetime) -> None:
        """What is known now."""


class Work(Transaction, Protocol):
    """A transaction that follows messages."""

    @property
    def followings(self) -> Followings: ...
