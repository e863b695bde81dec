"""Keeps the projection for reports: updated with each event, and rebuilt from the log."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from core.clock import Clock
from core.jobs import Turn
from core.observability import count, logger
from integration.visits.domain import Visit, folded, merged, movement_of, restated, visit_of
from integration.visits.ports import Rebuild, VisitStore, VisitWork
from shared_schemas.events.envelope import Envelope

SUBSCRIBER = "integration-reports"
REBUILD_REPORTS = "rebuild_reports"
BATCH = 200


class Visits:
    """What events tell of visits and of money."""

    def __init__(self, unit_of_work: Callable[[], VisitWork], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def record(self, *envelopes: Envelope) -> None:
        """Record events. An older event that arrives late only adds what is missing."""
        with self._unit_of_work() as work:
            new = work.inbox.accept_all(SUBSCRIBER, [envelope.id for envelope in envelopes])
            told = [envelope for envelope in envelopes if envelope.id in new]
            visits = [visit for envelope in told if (visit := visit_of(envelope))]
            movements = {movement.id: movement for envelope in told if (movement := movement_of(envelope))}
            # The parts of money are those of its visit, which may be changing.
            bookings = {visit.booking_id for visit in visits} | {each.booking_id for each in movements.values()}
            if bookings:
                work.visits.lock(bookings)
            _tell(work, visits)
            work.visits.put_movements(list(movements.values()))
            work.commit()

    def start_rebuild(self) -> None:
        """From the first booking on, unless one is in progress already."""
        with self._unit_of_work() as work:
            work.visits.start(Rebuild(uuid4(), self._clock.now()))
            work.sums.forget_all()
            work.commit()

    def rebuild(self, turn: Turn) -> dict[str, int]:
        """Go on with the rebuild in progress; what does not get done goes on at the next turn, where this one
        stopped."""
        checked = corrected = 0
        while turn():
            step = self._step(turn)
            if step is None:
                break
            checked, corrected = checked + step[0], corrected + step[1]
        return {"checked": checked, "corrected": corrected}

    def _step(self, turn: Turn) -> tuple[int, int] | None:
        """One batch: how many bookings it had, and how many were not as the log has them; None if nothing is due."""
        with self._unit_of_work() as work:
            rebuild = work.visits.claim()
            if rebuild is None:
                return None
            bookings = work.visits.logged(rebuild.reached, BATCH)
            corrected = self._put_all_right(work, bookings, turn) if bookings else 0
            after = replace(
                rebuild,
                reached=bookings[-1] if bookings else rebuild.reached,
                bookings=rebuild.bookings + len(bookings),
                corrected=rebuild.corrected + corrected,
                finished_at=None if len(bookings) == BATCH else self._clock.now(),
            )
            work.visits.save(after)
            work.commit()
        if corrected:
            logger.warning("What reports are computed from was not as the log has it", bookings=corrected)
            count("ReportSourcesCorrected", corrected)
        return len(bookings), corrected

    def _put_all_right(self, work: VisitWork, bookings: Sequence[UUID], turn: Turn) -> int:
        """One whose events cannot be read stays as it is, is told to operators, and stops none of the others."""
        try:
            with work.savepoint():
                return _put_right(work.visits, bookings)
        except Exception as error:
            if len(bookings) > 1:
                return sum(self._put_all_right(work, [each], turn) for each in bookings)
            logger.exception("A booking's visits could not be computed anew", booking_id=str(bookings[0]))
            turn.failed += 1
            work.put_off(REBUILD_REPORTS, bookings[0], error)
            return 0


def _put_right(store: VisitStore, bookings: Sequence[UUID]) -> int:
    store.lock(bookings)
    known, events = store.get(bookings), store.events(bookings)
    told: defaultdict[UUID, list[Visit]] = defaultdict(list)
    for visit in filter(None, map(visit_of, events)):
        told[visit.booking_id].append(visit)
    computed = [visit for visit in map(folded, told.values()) if visit]
    right = [restated(known.get(visit.booking_id), visit) for visit in computed]
    wrong = [visit for visit in right if known.get(visit.booking_id) != visit]
    movements = {movement.id: movement for movement in filter(None, map(movement_of, events))}
    kept = {movement.id: movement for movement in store.movements(bookings)}
    moved = [movement for movement in movements.values() if kept.get(movement.id) != movement]
    store.put(wrong)
    store.put_movements(moved)
    return len({visit.booking_id for visit in wrong} | {movement.booking_id for movement in moved})


def _tell(work: VisitWork, visits: Sequence[Visit]) -> None:
    """Each visit is stored once, whatever is told of it."""
    if not visits:
        return
    known = work.visits.get({visit.booking_id for visit in visits})
    for visit in visits:
        known[visit.booking_id] = merged(known.get(visit.booking_id), visit)
    work.visits.put(list(known.values()))
