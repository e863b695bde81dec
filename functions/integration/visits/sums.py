"""Adds up the revenue of days that are over, so that a report of a year need not read every payment of it."""

from collections.abc import Callable
from datetime import UTC, date

from core.clock import Clock
from core.jobs import Turn
from integration.visits.ports import VisitWork

JOB = "rebuild_reports"
BATCH = 50


class RevenueDays:
    """A day in a transaction of its own; days that are not added up are read movement by movement meanwhile."""

    def __init__(self, unit_of_work: Callable[[], VisitWork], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def add_up(self, turn: Turn) -> int:
        """From yesterday backwards; how many days it were. One that fails is put off."""
        before, done = self._clock.now().astimezone(UTC).date(), 0
        while turn() and (days := self._due(before)):
            for day in days:
                if not turn():
                    return done
                with turn.set_aside(self._unit_of_work, JOB, day):
                    self._add_up(day)
                    done += 1
            before = days[-1]
        return done

    def _due(self, before: date) -> list[date]:
        with self._unit_of_work() as work:
            return work.sums.due(JOB, self._clock.now(), before, BATCH)

    def _add_up(self, day: date) -> None:
        with self._unit_of_work() as work:
            work.sums.add_up(day, self._clock.now())
            work.settled(JOB, [day])
            work.commit()
