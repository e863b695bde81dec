"""Use cases of closures: time that is not for rent, once or repeatedly, in one hall or in all."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from booking.bookings.domain.booking import OPEN
from booking.bookings.services.orders import Cancellation
from booking.bookings.services.sales import Sales, ignore_freed
from booking.calendar.errors import SlotTakenError
from booking.calendar.ports import Claim
from booking.closures.domain import ahead, closure_violations, past, touching
from booking.closures.errors import BookingsInTheWayError, VisitsInTheWayError
from booking.closures.ports import Work
from booking.closures.retry import by_space, give_to_who_wants, hull, retry_on_conflict, union
from booking.halls.domain import spaces
from booking.time.grid import ceiling, floor
from booking.time.ranges import TimeRange, subtract
from booking.time.recurrence import LocalStarts, Repeated, all_occurrences
from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from shared_schemas.booking.bookings import Booking
from shared_schemas.booking.closures import Closure, ClosureRequest
from shared_schemas.booking.halls import Hall
from shared_schemas.calendar import Span
from shared_schemas.errors import RuleViolationError, Violation

Plan = Mapping[UUID, list[TimeRange]]
"""What is to be closed of each space, from the current quarter of an hour on."""
EVERYTHING = 100


class Closures:
    """Close, look up, open again."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, sales: Sales, local_starts: LocalStarts) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._sales = sales
        self._local_starts = local_starts

    def close(self, request: ClosureRequest, actor: str, key: IdempotencyKey | None) -> Closure:
        """Claim every occurrence in each of the halls; halls that are added later are not closed.

        If bookings are in the way, `conflicts` decides: `BookingsInTheWayError`, or the time around them is closed, or
        they are cancelled and refunded; `VisitsInTheWayError` if one of these has begun. Other closures and calendars
        are left as they are. Time that is taken is closed as soon as it becomes free. `HallNotFoundError`;
        `RuleViolationError`; `SlotTakenError` if concurrent claims win three times."""
        return retry_on_conflict(lambda: self._close(request, actor, key))

    def get(self, closure_id: UUID) -> Closure:
        """A closure; `ClosureNotFoundError`."""
        with self._unit_of_work() as work:
            return work.closures.get(closure_id)

    def all(self, since: date | None) -> list[Closure]:
        """Those that reach into a local day of their hall or are later, or that are not over now."""
        with self._unit_of_work() as work:
            return work.closures.all(self._clock.now(), since)

    def remove(self, closure_id: UUID, actor: str) -> None:
        """Free the future time of a closure; its past stays in the calendar. `ClosureNotFoundError`."""
        with self._unit_of_work() as work:
            closure = work.closures.get(closure_id)
            halls = [work.halls.get(closure.hall_id)] if closure.hall_id else work.halls.all(archived=True)
            # Before its row: who gives it time back has the locks, and then the row.
            work.claims.lock(space for hall in halls for space in spaces(hall))
            work.closures.remove(closure_id, actor, self._clock.now())
            now = ceiling(self._clock.now())
            for space, stretches in by_space(work.claims.release(closure_id)).items():
                work.claims.take("closure", closure_id, [space], past(stretches, now))
            work.unmet_claims.forget(closure_id)
            give_to_who_wants(work, work.claims.lock_more(()))
            work.commit()

    def _close(self, request: ClosureRequest, actor: str, key: IdempotencyKey | None) -> Closure:
        with self._unit_of_work() as work:
            return work.once(key, Closure, lambda: self._closed(work, request, actor))

    def _closed(self, work: Work, request: ClosureRequest, actor: str) -> Closure:
        halls = [work.halls.get(request.hall_id)] if request.hall_id else work.halls.all()
        plan = self._plan(request, halls)
        found = self._in_the_way(work, plan, lock=request.conflicts == "cancel")
        if found and request.conflicts == "refuse":
            raise BookingsInTheWayError(**_listed(found))
        cancelled = found if request.conflicts == "cancel" else []
        self._require_to_come(cancelled)
        work.claims.lock(plan)
        for booking in cancelled:
            # The closure claims what they give back, so nobody is offered it.
            self._sales.call_off(work, booking, Cancellation(actor, request.reason, EVERYTHING), ignore_freed)
        closure_id = uuid4()
        taken = self._take(work, closure_id, plan, keep=request.conflicts == "keep")
        if cancelled:
            # They may have had more than the closure takes.
            give_to_who_wants(work, work.claims.lock_more(plan))
        zone = ZoneInfo(halls[0].timezone)
        closure = Closure(
            id=closure_id,
            hall_id=request.hall_id,
            start=request.start.astimezone(zone),
            end=request.end.astimezone(zone),
            reason=request.reason,
            recurrence=request.recurrence,
            occurrences=[Span(start=one.start.astimezone(zone), end=one.end.astimezone(zone)) for one in taken],
            cancelled_bookings=[booking.id for booking in cancelled],
            created_by=actor,
            created_at=self._clock.now(),
        )
        work.closures.add(closure)
        return closure

    def _plan(self, request: ClosureRequest, halls: Sequence[Hall]) -> Plan:
        if not halls:
            raise RuleViolationError([Violation.of("hall_id", "no_halls", "There are no halls", "Залов ещё нет")])
        now, slot = self._clock.now(), TimeRange(request.start, request.end)
        if slot.end <= slot.start:
            raise RuleViolationError(list(closure_violations([slot], now)))
        plan: dict[UUID, list[TimeRange]] = {}
        wanted = [Repeated(slot, ZoneInfo(hall.timezone)) for hall in halls]
        found = all_occurrences(wanted, request.recurrence, self._local_starts)
        for hall, times in zip(halls, found, strict=True):
            if broken := list(closure_violations(times, now)):
                raise RuleViolationError(broken)
            for space in spaces(hall):
                plan.setdefault(space, ahead(times, floor(now.astimezone(UTC))))
        return plan

    def _in_the_way(self, work: Work, plan: Plan, *, lock: bool) -> list[Booking]:
        found = work.bookings.named(_owners(work, plan), lock=lock)
        # While we waited for the lock, the booking may have been cancelled or moved.
        still = _owners(work, plan) if lock else {booking.id for booking in found}
        return [booking for booking in found if booking.id in still]

    def _require_to_come(self, bookings: Sequence[Booking]) -> None:
        now = self._clock.now()
        begun = [booking for booking in bookings if booking.start <= now or booking.status not in OPEN]
        if begun:
            raise VisitsInTheWayError(**_listed(begun))

    def _take(self, work: Work, closure_id: UUID, plan: Plan, *, keep: bool) -> list[TimeRange]:
        met = _met(work, plan)
        if not keep and any(claim.kind == "booking" for claim in met):
            # Booked since we looked: looking again will find it.
            raise SlotTakenError
        others = by_space(met)
        free = {space: subtract(times, others.get(space, [])) for space, times in plan.items()}
        for space, stretches in free.items():
            work.claims.take("closure", closure_id, [space], stretches)
        work.unmet_claims.replace("closure", closure_id, {space: subtract(plan[space], free[space]) for space in plan})
        return union(free.values())


def _met(work: Work, plan: Plan) -> list[Claim]:
    """Claims of others on time that is to be closed."""
    window = hull(union(plan.values()))
    return [claim for claim in work.claims.within(list(plan), window) if touching(plan[claim.hall_id], claim.during)]


def _owners(work: Work, plan: Plan) -> set[UUID]:
    """The bookings whose time is to be closed."""
    return {claim.owner_id for claim in _met(work, plan) if claim.kind == "booking"}


def _listed(bookings: Sequence[Booking]) -> dict[str, object]:
    listed = [
        {"id": str(one.id), "number": one.number, "start": one.start.isoformat(), "end": one.end.isoformat()}
        for one in bookings
    ]
    return {"bookings": listed, "numbers": ", ".join(one.number for one in bookings)}
