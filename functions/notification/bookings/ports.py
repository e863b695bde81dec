"""What the use cases need of known bookings."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from notification.bookings.domain import KnownBooking


class Bookings(Protocol):
    def put(self, booking: KnownBooking, now: datetime, *, tells: bool = False) -> KnownBooking:
        """Store a booking unless a newer version is known; returns the newest. It `tells` if its customer is told of
        the start now."""

    def told(self, booking_id: UUID, now: datetime) -> None:
        """Its customer was told of its start just now."""

    def get(self, booking_id: UUID) -> KnownBooking:
        """`BookingUnknownError` if its first event has not arrived yet."""
