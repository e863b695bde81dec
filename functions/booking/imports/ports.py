"""What imports need of storage."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from booking.bookings.ports import Work as SalesWork


class ImportedVisits(Protocol):
    def find(self, key: str) -> UUID | None:
        """The booking that was made of it."""

    def add(self, key: str, booking_id: UUID, at: datetime) -> None: ...


class Work(SalesWork, Protocol):
    """A transaction in which a row becomes a customer's note or a booking."""

    @property
    def imported_visits(self) -> ImportedVisits: ...
