"""What the use cases need of stored terms."""

from typing import Protocol

from booking.customers.ports import PolicyStore
from booking.halls.ports import HallStore
from core.ports import Transaction


class Work(Transaction, Protocol):
    """A transaction around the studio's terms."""

    @property
    def halls(self) -> HallStore: ...
    @property
    def policies(self) -> PolicyStore: ...
