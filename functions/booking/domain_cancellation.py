"""What goes back when a visit is called off or made smaller: by the terms that the booking was sold under."""

from datetime import UTC, datetime, timedelta

from booking.domain_booking import kept
from shared_schemas.booking import Booking, CancellationPreview, RefundTier, Terms
from shared_schemas.common import Money

HOUR = timedelta(hours=1)


def tier_at(terms: Terms, start: datetime, now: datetime) -> RefundTier | None:
    """The tier that counts `now`: the one with the most notice that is still kept; its very boundary counts."""
    reached = (tier for tier in terms.refund_tiers if start.astimezone(UTC) - now >= HOUR * tier.hours_before)
    return max(reached, key=lambda tier: tier.hours_before, default=None)


def refund_percent(booking: Booking, now: datetime) -> int:
    """The share of what was paid that cancelling now gives back; below the last tier nothing.

    What was never confirmed was never sold: all of it goes back."""
    if booking.status == "pending":
        return 100
    tier = tier_at(booking.terms, booking.start, now)
    return tier.percent if tier else 0


def refund(amount: int, percent: int) -> int:
    """A share of an amount in kopecks; part of a kopeck goes to the client."""
    return -(-amount * percent // 100)


def preview(booking: Booking, now: datetime) -> CancellationPreview:
    """What cancelling right now would bring back, on top of what is promised already, and until when."""
    tier = None if booking.status == "pending" else tier_at(booking.terms, booking.start, now)
    percent = refund_percent(booking, now)
    back = refund(kept(booking), percent)
    return CancellationPreview(
        booking_id=booking.id,
        percent=percent,
        refund=Money(amount=back),
        kept=Money(amount=kept(booking) - back),
        until=booking.start.astimezone(UTC) - HOUR * tier.hours_before if tier else None,
        tiers=sorted(booking.terms.refund_tiers, key=lambda tier: -tier.hours_before),
    )
