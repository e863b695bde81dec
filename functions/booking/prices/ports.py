"""What the use cases need of stored prices."""

from datetime import datetime
from typing import Protocol

from booking.halls.ports import HallStore
from core.ports import Transaction
from shared_schemas.booking.prices import TariffVersion


class PriceListStore(Protocol):
    def active(self, *, lock: bool = False) -> TariffVersion:
        """The version in force; with no version yet an empty one, number 0. `lock` keeps others from activating."""

    def get(self, number: int) -> TariffVersion:
        """`TariffVersionNotFoundError` if there is none."""

    def page(self, before: int | None, limit: int) -> list[TariffVersion]:
        """The newest first, of those with a lower number than `before`."""

    def add(self, version: TariffVersion) -> TariffVersion:
        """Store it under the next number, which it comes back with."""

    def update(self, version: TariffVersion) -> None:
        """Change a draft."""

    def activate(self, number: int, at: datetime) -> None:
        """Retire the active version and put this one in its place."""


class Work(Transaction, Protocol):
    """A transaction around price lists."""

    @property
    def halls(self) -> HallStore: ...
    @property
    def prices(self) -> PriceListStore: ...
