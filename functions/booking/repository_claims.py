"""SQL of the calendar: claims on halls, which an exclusion constraint keeps apart."""

from collections.abc import Callable, Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select, text
from sqlalchemy.dialects.postgresql import Range, insert

from booking.domain_ranges import TimeRange
from booking.errors import SlotTakenError
from booking.ports import Claim, ClaimKind
from booking.tables import occupancy
from core.database import DEFERRED

# One statement locks row by row, in the order given: whoever needs several never waits in a circle.
LOCK = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('hall:' || space, 0)) FROM unnest(CAST(:spaces AS text[])) AS space"
)
TRY_LOCK = text(
    "SELECT CAST(space AS uuid) FROM unnest(CAST(:spaces AS text[])) AS space"
    " WHERE pg_try_advisory_xact_lock(hashtextextended('hall:' || space, 0))"
)


class ClaimRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._locked: set[UUID] = set()

    def lock(self, spaces: Iterable[UUID], also: Callable[[], Iterable[UUID]] = frozenset) -> None:
        missing = set(spaces) - self._locked
        if not self._locked:
            missing |= set(also())
        if missing:
            self._connection.execute(LOCK, _sorted(missing), execution_options=DEFERRED)
            self._locked |= missing

    def lock_more(self, spaces: Iterable[UUID]) -> frozenset[UUID]:
        missing = set(spaces) - self._locked
        if not self._locked:
            self.lock(spaces)
        elif missing:
            self._locked |= set(self._connection.execute(TRY_LOCK, _sorted(missing)).scalars())
        return frozenset(self._locked)

    def take(self, kind: ClaimKind, owner_id: UUID, spaces: Iterable[UUID], stretches: Iterable[TimeRange]) -> None:
        ranges = sorted(stretches)
        rows = [
            {"owner_id": owner_id, "hall_id": space, "during": Range(stretch.start, stretch.end), "kind": kind}
            for space in sorted(set(spaces))
            for stretch in ranges
        ]
        if not rows:
            return
        # Locked or not, the constraint has the last word; a claim in the making is waited for instead of failing.
        statement = (
            insert(occupancy)
            .values(rows)
            .on_conflict_do_nothing(constraint="occupancy_no_overlap")
            .returning(occupancy.c.hall_id)
        )
        if len(self._connection.execute(statement).all()) < len(rows):
            raise SlotTakenError

    def release(self, owner_id: UUID) -> list[Claim]:
        statement = delete(occupancy).where(occupancy.c.owner_id == owner_id).returning(occupancy)
        return [_claim(row) for row in self._connection.execute(statement)]

    def within(self, spaces: Collection[UUID], window: TimeRange) -> list[Claim]:
        query = (
            select(occupancy)
            .where(occupancy.c.hall_id.in_(spaces), occupancy.c.during.overlaps(Range(window.start, window.end)))
            .order_by(occupancy.c.during)
        )
        return [_claim(row) for row in self._connection.execute(query)]


def _sorted(spaces: Iterable[UUID]) -> dict[str, list[str]]:
    return {"spaces": sorted(str(space) for space in spaces)}


def _claim(row: Row[Any]) -> Claim:
    return Claim(row.hall_id, TimeRange(row.during.lower, row.during.upper), row.kind, row.owner_id)
