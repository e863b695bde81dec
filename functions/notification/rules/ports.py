"""What rules need; `repository.py` provides it."""

from typing import Protocol
from uuid import UUID

from core.ports import Transaction
from shared_schemas.messages.rules import MessageRule


class Rules(Protocol):
    def all(self) -> list[MessageRule]:
        """Those in force."""

    def lock(self) -> None:
        """Nobody else changes a rule until the transaction ends."""

    def save(self, rule: MessageRule) -> None:
        """Made or changed."""

    def remove(self, rule_id: UUID) -> None:
        """It is gone, or as the product came."""


class Work(Transaction, Protocol):
    """A transaction that changes rules."""

    @property
    def rules(self) -> Rules: ...
