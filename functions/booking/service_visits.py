"""The visit itself: somebody comes, or does not, and it ends."""

from collections.abc import Callable
from datetime import UTC, timedelta
from uuid import UUID

from booking.domain_booking import event_of, move
from booking.errors import TooEarlyError
from booking.ports import Work
from booking.service_records import record
from booking.service_sales import SYSTEM, Sales
from core.clock import Clock
from core.context import flow
from core.identity import Identity
from shared_schemas.booking import Booking, ReasonRequest
from shared_schemas.events import BookingStatus

EARLIEST_ARRIVAL = timedelta(hours=1)


class Visits:
    """Check in, complete, note who did not come."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, sales: Sales) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sales = sales

    def check_in(self, booking_id: UUID, request: ReasonRequest, caller: Identity) -> Booking:
        """The client is here, at most an hour early."""
        with self._unit_of_work() as work:
            before = work.bookings.get(booking_id, lock=True)
            self._require_time(before, "in_progress", EARLIEST_ARRIVAL)
            return self._moved(work, before, "in_progress", "check_in", caller.subject, request.reason)

    def complete(self, booking_id: UUID, request: ReasonRequest, caller: Identity) -> Booking:
        """The visit is over; its time stays taken, as it has been used."""
        with self._unit_of_work() as work:
            before = work.bookings.get(booking_id, lock=True)
            self._require_time(before, "completed")
            return self._moved(work, before, "completed", "complete", caller.subject, request.reason)

    def no_show(self, booking_id: UUID, request: ReasonRequest, caller: Identity) -> Booking:
        """Nobody came: what is left of the time is free, and next time this customer pays in advance."""
        with self._unit_of_work() as work:
            before = work.bookings.get(booking_id, lock=True)
            self._require_time(before, "no_show")
            after = self._missed(work, before, caller.subject, request.reason)
            work.commit()
            return after

    def close_ended(self) -> int:
        """Complete visits whose time is over, or note that nobody came, as the policy says; returns how many."""
        total = 0
        while self._close_one():
            total += 1
        return total

    def _close_one(self) -> bool:
        """In a transaction of its own: what it frees may be wanted, with halls that the next one's is not."""
        with self._unit_of_work() as work:
            unattended = work.policies.current().unattended
            ended = work.bookings.ended(self._clock.now(), 1)
            for booking in ended:
                with flow(booking.correlation_id):
                    self._close(work, booking, unattended == "no_show")
            work.commit()
            return bool(ended)

    def _close(self, work: Work, booking: Booking, unattended_missed: bool) -> None:
        if booking.status == "confirmed" and unattended_missed:
            self._missed(work, booking, SYSTEM, None)
        else:
            self._step(work, booking, "completed", "complete", SYSTEM, None)

    def _missed(self, work: Work, before: Booking, actor: str, reason: str | None) -> Booking:
        after = self._sales.end(work, before, move(before, "no_show"), "no_show", actor, reason)
        work.customers.add_no_show(after.customer_id, work.policies.current().no_show_prepayment_percent)
        return after

    def _require_time(self, booking: Booking, target: BookingStatus, early: timedelta = timedelta(0)) -> None:
        """What can never be is refused as such, and not as too early."""
        move(booking, target)
        if self._clock.now() < booking.start.astimezone(UTC) - early:
            raise TooEarlyError(start=booking.start.isoformat())

    def _moved(
        self, work: Work, before: Booking, target: BookingStatus, action: str, actor: str, reason: str | None
    ) -> Booking:
        after = self._step(work, before, target, action, actor, reason)
        work.commit()
        return after

    def _step(
        self, work: Work, before: Booking, target: BookingStatus, action: str, actor: str, reason: str | None
    ) -> Booking:
        after = move(before, target)
        work.bookings.update(before, after)
        record(work, before, after, action, actor, reason, self._clock.now(), event_of(after, reason))
        return after
