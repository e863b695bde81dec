"""What the use cases need of stored quotes."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from booking.calendar.ports import HallTimes
from booking.customers.ports import PolicyStore
from booking.extras.ports import AddOnStore, PromoCodeStore
from booking.prices.ports import PriceListStore
from core.ports import Transaction
from shared_schemas.booking.quotes import Quote


class QuoteStore(Protocol):
    def add(self, quote: Quote, asker: str | None = None) -> None:
        """`asker` is a digest of where it was asked for."""

    def standing(self, asker: str, now: datetime) -> tuple[int, datetime | None]:
        """How many that an asker got still stand, and when the first ends; others of that asker wait with this."""

    def get(self, quote_id: UUID) -> Quote:
        """`QuoteNotFoundError` if there is none."""


class Pricing(Protocol):
    """What a price is made of."""

    @property
    def prices(self) -> PriceListStore: ...
    @property
    def add_ons(self) -> AddOnStore: ...
    @property
    def promo_codes(self) -> PromoCodeStore: ...


class Offering(Pricing, Transaction, Protocol):
    """A transaction that looks for free slots and prices them."""

    @property
    def times(self) -> HallTimes: ...


class Work(Offering, Protocol):
    """A transaction around quotes."""

    @property
    def policies(self) -> PolicyStore: ...
    @property
    def quotes(self) -> QuoteStore: ...
