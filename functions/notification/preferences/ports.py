"""What preferences need; `repository.py` provides it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.ports import Transaction
from notification.preferences.domain import Leave


class PreferenceStore(Protocol):
    def left(self, person_id: UUID) -> set[Leave]:
        """What somebody left."""

    def replace(self, person_id: UUID, left: Collection[Leave], now: datetime) -> None:
        """They leave this, and nothing else."""

    def secret(self, person_id: UUID) -> str:
        """That of their links; made when it is first asked for."""

    def owner(self, secret: str) -> UUID | None:
        """Whose links have it."""

    def forget(self, person_id: UUID) -> None:
        """Nothing is kept of them; their links end."""

    def hand_over(self, guest_ids: Sequence[UUID], account_id: UUID) -> None:
        """What these guests left is left by the account, and their links lead there."""


class Work(Transaction, Protocol):
    """A transaction on preferences."""

    @property
    def preferences(self) -> PreferenceStore: ...
