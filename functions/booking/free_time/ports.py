"""What the use cases need of the calendar and of prices."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from booking.calendar.ports import HallTimes
from booking.prices.ports import PriceListStore
from booking.time.ranges import TimeRange
from core.ports import Transaction
from shared_schemas.visits.purposes import VisitPurpose


class Stamps(Protocol):
    def stamp(self, window: TimeRange, now: datetime) -> str:
        """Changes with whatever changes the free time of a window, or its prices; one cheap question."""


class FittingHalls(Protocol):
    def fitting(self, people: int, purpose: VisitPurpose, after: UUID | None, limit: int) -> list[UUID]:
        """Those for rent that are large enough for a purpose, by name, from behind `after` on."""


class Work(Transaction, Protocol):
    """A transaction that reads free time and its prices."""

    @property
    def times(self) -> HallTimes: ...
    @property
    def halls(self) -> FittingHalls: ...
    @property
    def prices(self) -> PriceListStore: ...
    @property
    def stamps(self) -> Stamps: ...


Begin = Callable[[], Work]
