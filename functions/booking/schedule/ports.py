"""What the schedule needs of storage."""

from typing import Protocol

from core.http.paging import Cursor
from core.ports import Transaction
from shared_schemas.booking.schedule import BusyTime, ScheduledVisit, SchedulePeriod, ScheduleQuery


class ScheduleStore(Protocol):
    def visits(self, query: ScheduleQuery, after: Cursor | None, limit: int) -> list[ScheduledVisit]:
        """By start and id, without names and phones."""

    def busy(self, query: ScheduleQuery) -> list[BusyTime]:
        """What closures and other calendars have taken, by start."""

    def stamp(self, period: SchedulePeriod) -> str:
        """Another text whenever visits or busy times of these days have changed."""


class Work(Transaction, Protocol):
    """A transaction that reads the schedule."""

    @property
    def schedule(self) -> ScheduleStore: ...
