"""Claims everything that is limited: the halls' time, add-ons in stock, a use of the promo code."""

from collections.abc import Sequence

from booking.bookings.ports import Work
from booking.extras.add_ons import Out, quantities
from booking.halls.domain import claim, spaces
from booking.time.ranges import TimeRange
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.halls import Hall


def take(work: Work, booking: Booking, halls: Sequence[Hall]) -> None:
    """Claim everything that a new booking needs.

    `SlotTakenError`, `AddOnOutOfStockError`, `PromoCodeUsedUpError` or `PromoCodeClientLimitError` if it cannot."""
    claim_halls(work, booking, halls)
    if booking.promo_code:
        work.promo_codes.use(booking.promo_code, booking.id, booking.customer_id)


def claim_halls(work: Work, booking: Booking, halls: Sequence[Hall], before: Booking | None = None) -> None:
    """Claim the halls with their buffers, and the add-ons for as long as the visit lasts.

    `before` is the booking whose claims these take the place of."""
    slot = slot_of(booking)
    lock_halls(work, halls)
    for hall in halls:
        work.claims.take("booking", booking.id, spaces(hall), [claim(hall, slot)])
    if booking.add_ons:
        claim_add_ons(work, booking, before)


def claim_add_ons(work: Work, booking: Booking, before: Booking | None = None) -> None:
    """Take them out of stock; what the booking had before, at the same time, is not asked for again."""
    held = Out(slot_of(before), quantities(before.add_ons)) if before else None
    work.add_ons.claim(booking.id, Out(slot_of(booking), quantities(booking.add_ons)), held)


def lock_halls(work: Work, halls: Sequence[Hall]) -> None:
    """Lock all spaces that the halls take."""
    work.claims.lock({space for hall in halls for space in spaces(hall)})


def slot_of(booking: Booking) -> TimeRange:
    """The time that was sold, in UTC."""
    return TimeRange(booking.start, booking.end).utc()
