"""What the use cases need of known bookings."""

from typing import Protocol
from uuid import UUID

from notification.bookings.domain import KnownBooking


class Bookings(Protocol):
    def put(self, booking: KnownBooking) -> KnownBooking:
        """Store a booking unless a newer version is known; returns the newest."""

    def get(self, booking_id: UUID) -> KnownBooking:
        """`BookingUnknownError` if its first event has not arrived yet."""
