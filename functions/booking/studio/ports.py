"""What the use cases need of the stored studio, and of others."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from booking.customers.ports import PolicyStore
from core.ports import Transaction
from shared_schemas.booking.studio import StudioCard
from shared_schemas.payment.methods import OfferedProvider
from shared_schemas.uploads.photos import Logo


class StudioStore(Protocol):
    def current(self) -> StudioCard:
        """The newest; version 0 where the studio never said anything."""

    def keep(self) -> StudioCard:
        """The same, and nobody changes it before this transaction ends."""

    def lock(self) -> None:
        """Wait for all that `keep` it, and let nobody else change it."""

    def add(self, studio: StudioCard, actor: str, at: datetime, edited: int | None = None) -> StudioCard:
        """Store it, locked before, as the next version, which it comes back with.

        `StudioChangedError` if the version that was `edited` is no longer the newest."""


class Addressed(Protocol):
    """What is at the studio's addresses."""

    def addresses(self) -> Mapping[UUID, UUID]:
        """The address that each hall names, if it names one."""

    def at_addresses(self) -> Mapping[UUID, Sequence[str]]:
        """The names of halls for rent, by the address that they name."""


class ShownLogo(Protocol):
    """The logo that was uploaded."""

    def logo(self) -> Logo | None:
        """None where there is none."""


class MethodsOnOffer(Protocol):
    """The payment service, asked what is on."""

    def offered(self) -> list[OfferedProvider]:
        """`PaymentMethodsUnknownError` if it does not say so in time."""


class PaymentMethodsUnknownError(Exception):
    """The payment service gave no usable answer."""


class Work(Transaction, Protocol):
    """A transaction around what the studio says of itself."""

    @property
    def studio(self) -> StudioStore: ...
    @property
    def halls(self) -> Addressed: ...
    @property
    def photos(self) -> ShownLogo: ...
    @property
    def policies(self) -> PolicyStore: ...
