"""What the use cases need of the stored waitlist."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from booking.bookings.ports import Work as Selling
from booking.closures.ports import Wanting
from booking.time.ranges import TimeRange
from core.http.paging import Cursor
from shared_schemas.booking.waitlist import WaitlistEntry, WaitlistStatus

OFFER_WAITLIST = "offer_waitlist"
"""The job that serves the line."""


@dataclass(frozen=True)
class Waiting:
    """An entry that waits, and what a booking of its slot would take of the calendar."""

    entry: WaitlistEntry
    spaces: frozenset[UUID]
    claim: TimeRange


class WaitlistStore(Protocol):
    def add(self, entry: WaitlistEntry, spaces: Collection[UUID], claim: TimeRange) -> None:
        """`claim` is what a booking of the slot would take of the calendar, buffers included."""

    def live(self, customer_id: UUID) -> list[WaitlistEntry]:
        """Entries that wait or are offered; keeps the customer from adding others until this transaction ends."""

    def get(self, entry_id: UUID, *, lock: bool = False) -> WaitlistEntry:
        """`WaitlistEntryNotFoundError` if there is none."""

    def page(self, customer_id: UUID | None, after: Cursor | None, limit: int) -> list[WaitlistEntry]:
        """Newest first, after `after`."""

    def waiting_for(self, hall_id: UUID) -> list[WaitlistEntry]:
        """Who waits for a hall, alone or with others; locked."""

    def place(self, entry_id: UUID, spaces: Collection[UUID], claim: TimeRange) -> None:
        """What a booking of the slot would take from now on."""

    def wanted(self, spaces: Collection[UUID], stretches: Collection[TimeRange]) -> frozenset[UUID]:
        """All spaces of the entries that wait for something that this time touches."""

    def waiting(self, spaces: Collection[UUID], stretches: Collection[TimeRange]) -> list[Waiting]:
        """Of those, the entries whose whole time is free, the longest waiting first, locked.

        Skips what others have in hand."""

    def servable(self, now: datetime, after: Cursor | None, limit: int) -> list[Waiting]:
        """Entries that wait for time that is free, the longest waiting first, after `after`."""

    def take(self, entry_id: UUID) -> Waiting | None:
        """Lock an entry that still waits for time that is free; None if it does not, or is locked by others."""

    def lapse(self, now: datetime, limit: int) -> int:
        """Close the entries whose time has begun; returns how many."""

    def set_status(self, entry_id: UUID, status: WaitlistStatus, booking_id: UUID | None = None) -> None:
        """Move an entry; `booking_id` is the booking that was offered."""

    def settle(self, booking_id: UUID, status: WaitlistStatus) -> None:
        """What became of the offer that a booking was, if it was one."""


class Work(Wanting, Selling, Protocol):
    """A transaction around the waitlist, which sells what becomes free."""

    @property
    def waitlist(self) -> WaitlistStore: ...
