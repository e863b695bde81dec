"""What simulations need of storage."""

from typing import Protocol

from booking.bookings.ports import BookingStore
from booking.calendar.ports import HallTimes
from booking.customers.ports import PolicyStore
from booking.extras.ports import PromoCodeStore
from booking.halls.ports import HallStore
from booking.prices.ports import PriceListStore
from core.ports import Transaction


class Work(Transaction, Protocol):
    """A transaction that reads what was sold, and prices."""

    @property
    def halls(self) -> HallStore: ...
    @property
    def times(self) -> HallTimes: ...
    @property
    def bookings(self) -> BookingStore: ...
    @property
    def prices(self) -> PriceListStore: ...
    @property
    def policies(self) -> PolicyStore: ...
    @property
    def promo_codes(self) -> PromoCodeStore: ...
