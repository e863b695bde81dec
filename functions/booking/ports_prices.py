"""What the use cases need of stored prices."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from booking.domain_add_ons import Out
from shared_schemas.prices import AddOn, AddOnOrder, PromoCode, TariffVersion


class PriceLists(Protocol):
    def active(self, *, lock: bool = False) -> TariffVersion:
        """The version in force; with no version yet an empty one, number 0. `lock` keeps others from activating."""

    def get(self, number: int) -> TariffVersion:
        """`TariffVersionNotFoundError` where there is none."""

    def page(self, before: int | None, limit: int) -> list[TariffVersion]:
        """The newest first, of those with a lower number than `before`."""

    def add(self, version: TariffVersion) -> TariffVersion:
        """Store it under the next number, which it comes back with."""

    def update(self, version: TariffVersion) -> None:
        """Change a draft."""

    def activate(self, number: int, at: datetime) -> None:
        """Retire the active version and put this one in its place."""


class AddOns(Protocol):
    def add(self, add_on: AddOn) -> None:
        """`AddOnNameTakenError` where another has the name."""

    def update(self, add_on: AddOn) -> None:
        """`AddOnNameTakenError` where another has the name."""

    def get(self, add_on_id: UUID, *, lock: bool = False) -> AddOn:
        """`AddOnNotFoundError` where there is none."""

    def all(self) -> list[AddOn]:
        """By name."""

    def ordered(self, orders: Sequence[AddOnOrder]) -> list[AddOn]:
        """The add-ons of an order, in its sequence; `AddOnNotFoundError` names the first unknown one."""

    def claim(self, booking_id: UUID, wanted: Out, held: Out | None = None) -> None:
        """Take them out of stock for a time, in place of what the booking `held`, which is not asked for again.

        `AddOnOutOfStockError` if too few."""

    def release(self, booking_id: UUID) -> None:
        """Give them back."""


class PromoCodes(Protocol):
    def add(self, promo: PromoCode) -> None:
        """`PromoCodeTakenError` where the code is there already."""

    def update(self, promo: PromoCode) -> None: ...

    def get(self, promo_code_id: UUID, *, lock: bool = False) -> PromoCode:
        """`PromoCodeNotFoundError` where there is none."""

    def all(self) -> list[PromoCode]:
        """The newest first, each with its uses."""

    def find(self, code: str) -> PromoCode:
        """By its code in any case of letters; `PromoCodeNotFoundError` where there is none."""

    def use(self, code: str, booking_id: UUID, customer_id: UUID) -> None:
        """Count a use, race-safe; `PromoCodeUsedUpError` where the code or the client has none left."""

    def release(self, booking_id: UUID) -> None:
        """The booking was never paid for: the use is free again."""
