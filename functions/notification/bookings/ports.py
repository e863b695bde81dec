"""What the use cases need of known bookings."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from notification.bookings.domain import KnownBooking


class Bookings(Protocol):
    def put(self, booking: KnownBooking, now: datetime) -> KnownBooking:
        """Store a booking unless a newer version is known; returns the newest."""

    def told(self, booking_id: UUID, now: datetime) -> None:
        """Its customer was told of its start just now."""

    def get(self, booking_id: UUID) -> KnownBooking:
        """`BookingUnknownError` if its first event has not arrived yet."""
