"""What a message would say of a booking if its event came now."""

from datetime import timedelta

from notification.bookings.domain import Facts, KnownBooking
from shared_schemas.common import Money

DAY = timedelta(days=1)


def supposed(booking: KnownBooking) -> Facts:
    """The facts of the booking, and of its change some that might be."""
    facts = booking.facts
    return facts.model_copy(
        update={
            "hold_expires_at": facts.hold_expires_at or facts.start - DAY,
            "amount": facts.prepayment if facts.prepayment.amount else facts.total,
            "provider": "terminal",
            "refund": Money(amount=0),
            "undone": "no_show",
            "previous_start": facts.start - DAY,
            "previous_end": facts.end - DAY,
            "previous_total": facts.total,
        }
    )
