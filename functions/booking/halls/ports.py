"""What the use cases of halls need of storage, and of what takes the halls' time."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from booking.studio.ports import Addressed, StudioStore
from core.ports import Transaction
from shared_schemas.booking.halls import Hall, HallPhoto

ClaimKind = Literal["booking", "closure", "external"]


@dataclass(frozen=True)
class Ahead:
    """Who has time to come of a hall; bookings by their number."""

    owner_id: UUID
    kind: ClaimKind
    number: str | None


class HallStore(Addressed, Protocol):
    def add(self, hall: Hall) -> None:
        """`HallNameTakenError` if another hall has the name."""

    def update(self, hall: Hall, taken_since: datetime | None = None) -> None:
        """`taken_since` where from now on it takes other time; `HallNameTakenError` as above."""

    def touch(self, hall_ids: Collection[UUID]) -> None:
        """Sales of these halls that are being judged right now must be judged again."""

    def get(self, hall_id: UUID, *, lock: bool = False) -> Hall:
        """`HallNotFoundError` if there is none."""

    def all(self, *, archived: bool = False) -> list[Hall]:
        """By name; archived ones only where asked for."""


class HallLocks(Protocol):
    """The locks that every transaction takes before it claims time of halls."""

    def lock(self, spaces: Iterable[UUID], also: Callable[[], Iterable[UUID]] = frozenset) -> None:
        """Keep others who claim time in these halls waiting until this transaction ends.

        Call it once, before anything is claimed and before add-ons and promo codes are, with all the halls that the
        transaction will claim: locks that are taken one after the other can deadlock. `also` are halls that may be
        needed; they are asked for, and locked, only where nothing is locked yet."""

    def lock_more(self, spaces: Iterable[UUID]) -> frozenset[UUID]:
        """All that is locked then: without a lock yet as `lock` does it, otherwise what nobody else has right now."""


class ShownPhotos(Protocol):
    """Photos that were uploaded."""

    def shown(self, hall_ids: Collection[UUID]) -> Mapping[UUID, Sequence[HallPhoto]]:
        """Those that are ready, by hall, in their order."""


class Uses(Protocol):
    """What takes time of halls: a hall that is to change asks, and what has its time follows."""

    def ahead(self, hall: Hall, now: datetime) -> list[Ahead]:
        """Who has time to come of the hall's space in its name; by time."""

    def follow(self, hall: Hall, now: datetime) -> None:
        """Visits to come, and those who wait for the hall, take what it takes from now on.

        To be called with the locks of its space. What becomes free goes to closures and calendars that want it."""


class Locking(Transaction, Protocol):
    """A transaction that locks halls."""

    @property
    def halls(self) -> HallStore: ...
    @property
    def claims(self) -> HallLocks: ...


class Work(Locking, Protocol):
    """A transaction around halls."""

    @property
    def photos(self) -> ShownPhotos: ...
    @property
    def studio(self) -> StudioStore: ...
    @property
    def uses(self) -> Uses: ...
