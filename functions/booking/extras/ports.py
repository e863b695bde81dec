"""What the use cases need of stored add-ons and promo codes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from booking.extras.add_ons import Out
from booking.halls.ports import HallStore
from core.http.paging import Cursor
from core.ports import Transaction
from shared_schemas.booking.extras import AddOn, AddOnOrder, PromoCode


class AddOnStore(Protocol):
    def add(self, add_on: AddOn) -> None:
        """`AddOnNameTakenError` if another has the name."""

    def update(self, add_on: AddOn) -> None:
        """`AddOnNameTakenError` if another has the name."""

    def get(self, add_on_id: UUID, *, lock: bool = False) -> AddOn:
        """`AddOnNotFoundError` if there is none."""

    def all(self) -> list[AddOn]:
        """By name."""

    def ordered(self, orders: Sequence[AddOnOrder]) -> list[AddOn]:
        """The add-ons of an order, in its sequence; `AddOnNotFoundError` names the first unknown one."""

    def claim(self, booking_id: UUID, wanted: Out, held: Out | None = None) -> None:
        """Take them out of stock for a time, in place of what the booking `held`, which is not asked for again.

        `AddOnOutOfStockError` if too few."""

    def release(self, booking_id: UUID) -> None:
        """Give them back."""


class PromoCodeStore(Protocol):
    def add(self, promo: PromoCode) -> None:
        """`PromoCodeTakenError` if the code is there already."""

    def update(self, promo: PromoCode) -> None: ...

    def get(self, promo_code_id: UUID, *, lock: bool = False) -> PromoCode:
        """`PromoCodeNotFoundError` if there is none."""

    def page(self, after: Cursor | None, limit: int) -> list[tuple[datetime, PromoCode]]:
        """The newest first, each with its uses and when it was made, behind a cursor."""

    def find(self, code: str) -> PromoCode:
        """By its code in any case of letters; `PromoCodeNotFoundError` if there is none."""

    def use(self, code: str, booking_id: UUID, customer_id: UUID) -> None:
        """Count a use, race-safe; `PromoCodeUsedUpError` if the code or the client has none left."""

    def release(self, booking_id: UUID) -> None:
        """The booking was never paid for: the use is free again."""


class Work(Transaction, Protocol):
    """A transaction around add-ons and promo codes."""

    @property
    def halls(self) -> HallStore: ...
    @property
    def add_ons(self) -> AddOnStore: ...
    @property
    def promo_codes(self) -> PromoCodeStore: ...
