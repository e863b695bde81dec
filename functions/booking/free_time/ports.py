"""What the use cases need of the calendar and of prices."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from booking.calendar.ports import HallTimes
from booking.prices.ports import PriceListStore
from booking.time.ranges import TimeRange
from core.ports import Transaction


class Stamps(Protocol):
    def stamp(self, window: TimeRange, now: datetime) -> str:
        """Changes with whatever changes the free time of a window, or its prices; one cheap question."""


class Work(Transaction, Protocol):
    """A transaction that reads free time and its prices."""

    @property
    def times(self) -> HallTimes: ...
    @property
    def prices(self) -> PriceListStore: ...
    @property
    def stamps(self) -> Stamps: ...


Begin = Callable[[], Work]
