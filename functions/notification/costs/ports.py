"""What the report of costs needs; `repository.py` provides it."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from core.ports import Transaction
from notification.costs.domain import Sent


class Costs(Protocol):
    def sent(self, begin: date, end: date, timezone: str) -> Sequence[Sent]:
        """What was sent on the days [`begin`, `end`) of that zone, by day and kind."""


class Work(Transaction, Protocol):
    """A transaction that counts messages."""

    @property
    def costs(self) -> Costs: ...
