"""Refunds for a visit that is cancelled or made smaller, by the terms of its sale."""

from datetime import UTC, datetime, timedelta

from booking.bookings.domain.booking import retained
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.changes import CancellationPreview
from shared_schemas.booking.policy import RefundTier, Terms
from shared_schemas.common import Money
from shared_schemas.money import share

HOUR = timedelta(hours=1)


def tier_at(terms: Terms, start: datetime, now: datetime) -> RefundTier | None:
    """The tier that applies `now`: the one with the most notice that is still met; the boundary belongs to the tier."""
    reached = (tier for tier in terms.refund_tiers if start.astimezone(UTC) - now >= HOUR * tier.hours_before)
    return max(reached, key=lambda tier: tier.hours_before, default=None)


def refund_percent(booking: Booking, now: datetime) -> int:
    """The share of the money paid that cancelling now refunds, in percent; 0 below the last tier.

    A booking that was never confirmed was never sold: it is refunded in full."""
    if booking.status == "pending":
        return 100
    tier = tier_at(booking.terms, booking.start, now)
    return tier.percent if tier else 0


def refund(amount: int, percent: int) -> int:
    """A share of an amount in kopecks, rounded up in favour of the client."""
    return share(amount, percent)


def preview(booking: Booking, now: datetime) -> CancellationPreview:
    """What cancelling now would refund on top of earlier promises, and until when."""
    tier = None if booking.status == "pending" else tier_at(booking.terms, booking.start, now)
    percent = refund_percent(booking, now)
    back = refund(retained(booking), percent)
    return CancellationPreview(
        booking_id=booking.id,
        percent=percent,
        refund=Money(amount=back),
        kept=Money(amount=retained(booking) - back),
        until=booking.start.astimezone(UTC) - HOUR * tier.hours_before if tier else None,
        tiers=sorted(booking.terms.refund_tiers, key=lambda tier: -tier.hours_before),
    )
