"""Undo a slip at the desk, with what followed from it here; other services hear of it and follow."""

from collections.abc import Callable
from uuid import UUID

from booking.bookings.domain.booking import event
from booking.bookings.domain.undoing import GAVE_BACK, UNDO, reinstated
from booking.bookings.ports import Work
from booking.bookings.services.claiming import take
from booking.bookings.services.records import Step, record
from booking.calendar.errors import SlotTakenError
from booking.quotes.alternatives import Alternatives
from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.bookings import Booking, UndoRequest
from shared_schemas.booking.quotes import SlotRequest
from shared_schemas.events.bookings import BookingReinstated

SLOT = ("hall_id", "also_hall_ids", "start", "end", "people")


class Undoing:
    """Take back a check-in, the end of a visit, a no-show or a cancellation."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, alternatives: Alternatives) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._alternatives = alternatives

    def undo(self, booking_id: UUID, request: UndoRequest, caller: Identity, key: IdempotencyKey | None) -> Booking:
        """The booking as it was before its last slip.

        `BookingNotFoundError`; `NothingToUndoError`; `SlotTakenError`, with alternatives, if somebody has the time by
        now; `AddOnOutOfStockError`, `PromoCodeUsedUpError` or `PromoCodeClientLimitError` if somebody has what else it
        had; `ConcurrentUpdateError`."""
        try:
            with self._unit_of_work() as work:
                return work.once(key, Booking, lambda: self._undo(work, booking_id, request, caller))
        except SlotTakenError as refusal:
            raise self._alternatives.beside(refusal, self._wish(booking_id), booking_id) from refusal

    def _undo(self, work: Work, booking_id: UUID, request: UndoRequest, caller: Identity) -> Booking:
        before, now = work.bookings.get(booking_id, lock=True), self._clock.now()
        after = reinstated(before, work.bookings.history(booking_id), now)
        if before.status in GAVE_BACK:
            take(work, after, [work.halls.get(hall_id) for hall_id in (after.hall_id, *after.also_hall_ids)])
        work.bookings.update(before, after)
        told = event(BookingReinstated, after, undone=before.status)
        record(work, Step(before, after, UNDO, caller.subject, now, request.reason), told)
        if before.status == "no_show":
            work.customers.remove_no_show(after.id, after.customer_id)
        return after

    def _wish(self, booking_id: UUID) -> SlotRequest:
        """The same slot again."""
        with self._unit_of_work() as work:
            booking = work.bookings.get(booking_id)
        return SlotRequest.model_validate({name: getattr(booking, name) for name in SLOT})
