"""Hold a slot for longer: a company pays its invoice within days, not minutes."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from booking.bookings.domain.booking import changed, event
from booking.bookings.errors import InvalidTransitionError
from booking.bookings.ports import Work
from booking.bookings.services.records import Step, record
from core.clock import Clock
from core.identity import Identity
from shared_schemas.booking.bookings import Booking, HoldRequest
from shared_schemas.events.bookings import BookingHoldProlonged

HOLD = "hold"


def held_until(booking: Booking, until: datetime) -> Booking:
    """The hold, which only becomes longer, and ends when the visit begins at the latest; the same object if it is as
    long already. `InvalidTransitionError` if nothing is held any more, or nothing needs to be."""
    if booking.status != "pending" or booking.hold_expires_at is None:
        raise InvalidTransitionError(status=booking.status, target="pending")
    end = min(until, booking.start.astimezone(UTC))
    return changed(booking, hold_expires_at=end) if end > booking.hold_expires_at else booking


class Holding:
    """Prolong holds; who does, is staff, or the payment service with an invoice."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def prolong(self, booking_id: UUID, request: HoldRequest, caller: Identity) -> Booking:
        """`BookingNotFoundError`; `InvalidTransitionError` if the slot is not held; `ConcurrentUpdateError`."""
        with self._unit_of_work() as work:
            before = work.bookings.get(booking_id, lock=True)
            after = held_until(before, request.until)
            if after is not before:
                work.bookings.update(before, after)
                step = Step(before, after, HOLD, caller.subject, self._clock.now(), request.reason)
                record(work, step, event(BookingHoldProlonged, after))
                work.commit()
            return after
