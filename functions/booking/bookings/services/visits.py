"""The visit itself: check-in, no-show, end."""

from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.bookings.domain.booking import event_of, move
from booking.bookings.errors import AlreadyCheckedInError, CheckInCodeError, OtherDayError, TooEarlyError
from booking.bookings.ports import CLOSE_VISITS, BookingFilter, Work
from booking.bookings.services.records import Step, record
from booking.bookings.services.sales import SYSTEM, Sales
from core.clock import Clock
from core.context import flow
from core.identity import Identity
from core.jobs import Batches, Turn
from core.trail.deed import note
from shared_schemas.booking.bookings import Booking, ReasonRequest
from shared_schemas.search.check_in import is_of, number_in
from shared_schemas.visits.status import BookingStatus

EARLIEST_ARRIVAL = timedelta(hours=1)


class Visits:
    """Check in, complete, record a no-show."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, sales: Sales) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sales = sales

    def check_in(self, booking_id: UUID, request: ReasonRequest, caller: Identity) -> Booking:
        """The client has arrived.

        `TooEarlyError` more than an hour before the start; `InvalidTransitionError`; `BookingNotFoundError`;
        `ConcurrentUpdateError`."""
        with self._unit_of_work() as work:
            before = work.bookings.get(booking_id, lock=True)
            self._require_time(before, "in_progress", EARLIEST_ARRIVAL)
            return self._moved(work, before, "in_progress", "check_in", caller.subject, request.reason)

    def check_in_by_code(self, code: str, caller: Identity) -> Booking:
        """The same for whoever shows the code of a confirmation, on the day of the visit.

        `CheckInCodeError`; `AlreadyCheckedInError`; `OtherDayError`; the errors of `check_in`."""
        with self._unit_of_work() as work:
            before = self._with_code(work, code)
            note(target=f"booking:{before.id}")
            if before.status == "in_progress":
                raise AlreadyCheckedInError
            self._require_today(before)
            self._require_time(before, "in_progress", EARLIEST_ARRIVAL)
            return self._moved(work, before, "in_progress", "check_in", caller.subject, None)

    @staticmethod
    def _with_code(work: Work, code: str) -> Booking:
        number = number_in(code)
        found = work.bookings.page(BookingFilter(number=number), None, 1) if number else []
        if not found or not is_of(code, found[0].id, found[0].number):
            raise CheckInCodeError
        return work.bookings.get(found[0].id, lock=True)

    def _require_today(self, booking: Booking) -> None:
        """`OtherDayError` where it begins on another day of the hall's, but for a visit over midnight."""
        now, zone = self._clock.now(), ZoneInfo(booking.timezone)
        begins = booking.start.astimezone(zone)
        goes_on = booking.start - EARLIEST_ARRIVAL <= now < booking.end
        if not goes_on and now.astimezone(zone).date() != begins.date():
            raise OtherDayError(day=f"{begins:%d.%m.%Y}")

    def complete(self, booking_id: UUID, request: ReasonRequest, caller: Identity) -> Booking:
        """The visit is over; its time stays taken, as it was used.

        `TooEarlyError` before its start; `InvalidTransitionError`; `BookingNotFoundError`; `ConcurrentUpdateError`."""
        with self._unit_of_work() as work:
            before = work.bookings.get(booking_id, lock=True)
            self._require_time(before, "completed")
            return self._moved(work, before, "completed", "complete", caller.subject, request.reason)

    def no_show(self, booking_id: UUID, request: ReasonRequest, caller: Identity) -> Booking:
        """Nobody came: the rest of the time becomes free, and next time this customer pays in advance.

        `TooEarlyError` before its start; `InvalidTransitionError`; `BookingNotFoundError`; `ConcurrentUpdateError`."""
        with self._unit_of_work() as work:
            before = work.bookings.get(booking_id, lock=True)
            self._require_time(before, "no_show")
            after = self._missed(work, before, caller.subject, request.reason)
            work.commit()
            return after

    def close_ended(self, turn: Turn | None = None) -> int:
        """Complete visits whose time is over, or record a no-show, as the policy says; as far as time allows."""
        due = lambda work, limit: work.bookings.ended(self._clock.now(), limit)  # noqa: E731
        return Batches(CLOSE_VISITS, self._unit_of_work, due, self._close).run(turn or Turn())

    def _close(self, work: Work, ids: Sequence[UUID]) -> None:
        ended, policy = work.bookings.named(ids), work.policies.current()
        missed = [one for one in ended if one.status == "confirmed" and policy.unattended == "no_show"]
        if missed:
            self._sales.end_all(work, [(one, move(one, "no_show")) for one in missed], "no_show")
        # All transactions in one order, so that they cannot deadlock.
        for one in sorted(missed, key=lambda booking: booking.customer_id):
            work.customers.add_no_show(one.id, one.customer_id, policy.no_show_prepayment_percent, self._clock.now())
        for one in (one for one in ended if one not in missed):
            with flow(one.correlation_id):
                self._step(work, one, "completed", "complete", SYSTEM, None)

    def _missed(self, work: Work, before: Booking, actor: str, reason: str | None) -> Booking:
        step = Step(before, move(before, "no_show"), "no_show", actor, self._clock.now(), reason)
        after = self._sales.end(work, step)
        percent = work.policies.current().no_show_prepayment_percent
        work.customers.add_no_show(after.id, after.customer_id, percent, step.at)
        return after

    def _require_time(self, booking: Booking, target: BookingStatus, early: timedelta = timedelta(0)) -> None:
        """`InvalidTransitionError` comes first: waiting would not help."""
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
        record(work, Step(before, after, action, actor, self._clock.now(), reason), event_of(after))
        return after
