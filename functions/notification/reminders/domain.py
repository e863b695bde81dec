"""The reminder of a visit."""

from notification.bookings.domain import KnownBooking
from notification.messages.domain.deliveries import Delivery, deliveries
from notification.messages.domain.plans import REMINDER


def reminders(booking: KnownBooking) -> list[Delivery]:
    """Each start of a booking gets one reminder, however often the job runs. Whoever did not book with us, and was told
    nothing since, is not reminded either."""
    if booking.facts.imported:
        return []
    cause = f"reminder:{booking.booking_id}:{booking.facts.start.timestamp():.0f}"
    return deliveries(REMINDER, cause, booking, booking.facts, booking.correlation_id, None)
