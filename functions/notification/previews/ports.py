"""What trying a rule needs."""

from typing import Protocol

from core.ports import Transaction
from notification.bookings.ports import Bookings
from notification.rules.ports import Rules


class Work(Transaction, Protocol):
    """A transaction that reads a booking and the rules."""

    @property
    def bookings(self) -> Bookings: ...
    @property
    def rules(self) -> Rules: ...
