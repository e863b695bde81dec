"""What the use cases need of the calendar."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from booking.calendar.hall_time import HallTime
from booking.halls.ports import Ahead, ClaimKind, HallLocks
from booking.time.ranges import TimeRange
from shared_schemas.visits.purposes import VisitPurpose


@dataclass(frozen=True)
class Claim:
    """Time taken of a hall, and by what."""

    hall_id: UUID
    during: TimeRange
    kind: ClaimKind
    owner_id: UUID


class HallTimes(Protocol):
    def of(
        self, window: TimeRange, hall_ids: Collection[UUID] | None = None, without: UUID | None = None
    ) -> list[HallTime]:
        """All halls that are not archived, or those named; `without` leaves out the claims of one owner.

        `HallNotFoundError` if one of those named does not exist."""

    def fitting(
        self, window: TimeRange, people: int, purpose: VisitPurpose, after: UUID | None, limit: int
    ) -> list[HallTime]:
        """Those for rent that are large enough for a purpose, by name, from behind the hall `after` on."""


class ClaimStore(HallLocks, Protocol):
    """The calendar: the only place that says whether time is free."""

    def take(self, kind: ClaimKind, owner_id: UUID, spaces: Iterable[UUID], stretches: Iterable[TimeRange]) -> None:
        """Claim every stretch of every space; `SlotTakenError`, and no transaction any more, if any is taken.

        `OvertakenError` if a hall is no longer what this transaction has read of it."""

    def require_current(self) -> None:
        """The same of halls of which nothing is claimed; to be called with their locks."""

    def ahead(self, hall_id: UUID, spaces: Collection[UUID], now: datetime) -> list[Ahead]:
        """Who has time to come of the spaces, and has it of this hall, whole or as a part; by time."""

    def relay(self, spaces: Collection[UUID], stretches: Mapping[UUID, TimeRange]) -> None:
        """Let each owner claim another stretch of the spaces, which must be free."""

    def of(self, *owner_ids: UUID) -> list[Claim]:
        """Whatever these owners claim."""

    def release(self, *owner_ids: UUID) -> list[Claim]:
        """Free whatever these owners claim; returns what that was."""

    def within(self, spaces: Collection[UUID], window: TimeRange) -> list[Claim]:
        """What touches the window, by time."""
