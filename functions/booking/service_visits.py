"""The visit itself: somebody comes, or does not, and it ends."""

from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from uuid import UUID

from booking.domain_booking import event_of, move
from booking.errors import TooEarlyError
from booking.ports import CLOSE_VISITS, Work
from booking.service_records import record
from booking.service_sales import SYSTEM, Sales
from core.clock import Clock
from core.context import flow
from core.identity import Identity
from core.jobs import Batches, Turn
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

    def close_ended(self, turn: Turn | None = None) -> int:
        """Complete visits whose time is over, or note that nobody came, as the policy says; as far as time allows."""
        due = lambda work, limit: work.bookings.ended(self._clock.now(), limit)  # noqa: E731
        return Batches(CLOSE_VISITS, self._unit_of_work, due, self._close).run(turn or Turn())

    def _close(self, work: Work, ids: Sequence[UUID]) -> None:
        ended, policy = work.bookings.named(ids), work.policies.current()
        missed = [one for one in ended if one.status == "confirmed" and policy.unattended == "no_show"]
        if missed:
            self._sales.end_all(work, [(one, move(one, "no_show")) for one in missed], "no_show")
        # In one order, so that nobody waits in a circle.
        for one in sorted(missed, key=lambda booking: booking.customer_id):
            work.customers.add_no_show(one.customer_id, policy.no_show_prepayment_percent)
        for one in (one for one in ended if one not in missed):
            with flow(one.correlation_id):
                self._step(work, one, "completed", "complete", SYSTEM, None)

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
