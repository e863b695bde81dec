"""SQL of the calendar: claims on halls, which an exclusion constraint keeps apart."""

from collections.abc import Callable, Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select, text
from sqlalchemy.dialects.postgresql import Range

from booking.domain_ranges import TimeRange
from booking.errors import SlotTakenError
from booking.ports import Claim, ClaimKind
from booking.tables import occupancy
from core.database import DEFERRED

# One statement locks row by row, in the order given: whoever needs several never waits in a circle.
LOCK = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('hall:' || space, 0)) FROM unnest(CAST(:spaces AS text[])) AS space"
)
# Locked or not, the constraint has the last word; a claim in the making is waited for instead of failing. Arrays rather
# than rows: SQLAlchemy builds an insert of several rows anew each time.
TAKE = text("""
INSERT INTO booking.occupancy (owner_id, hall_id, during, kind)
SELECT CAST(:owner_id AS uuid), hall_id, tstzrange(starts, ends), :kind
  FROM unnest(CAST(:halls AS uuid[]), CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[]))
       AS claims (hall_id, starts, ends)
    ON CONFLICT ON CONSTRAINT occupancy_no_overlap DO NOTHING
RETURNING hall_id
""")
TRY_LOCK = text(
    "SELECT CAST(space AS uuid) FROM unnest(CAST(:spaces AS text[])) AS space"
    " WHERE pg_try_advisory_xact_lock(hashtextextended('hall:' || space, 0))"
)


class ClaimRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.locked: frozenset[UUID] = frozenset()

    def lock(self, spaces: Iterable[UUID], also: Callable[[], Iterable[UUID]] = frozenset) -> None:
        missing = set(spaces) - self.locked
        if not self.locked:
            missing |= set(also())
        if missing:
            self._connection.execute(LOCK, _sorted(missing), execution_options=DEFERRED)
            self.locked |= missing

    def lock_more(self, spaces: Iterable[UUID]) -> frozenset[UUID]:
        missing = set(spaces) - self.locked
        if not self.locked:
            self.lock(spaces)
        elif missing:
            self.locked |= frozenset(self._connection.execute(TRY_LOCK, _sorted(missing)).scalars())
        return self.locked

    def take(self, kind: ClaimKind, owner_id: UUID, spaces: Iterable[UUID], stretches: Iterable[TimeRange]) -> None:
        ranges = sorted(stretches)
        rows = [(space, stretch) for space in sorted(set(spaces)) for stretch in ranges]
        if not rows:
            return
        values = {
            "owner_id": owner_id,
            "kind": kind,
            "halls": [str(space) for space, _ in rows],
            "starts": [stretch.start.isoformat() for _, stretch in rows],
            "ends": [stretch.end.isoformat() for _, stretch in rows],
        }
        if len(self._connection.execute(TAKE, values).all()) < len(rows):
            raise SlotTakenError

    def of(self, owner_id: UUID) -> list[Claim]:
        query = select(occupancy).where(occupancy.c.owner_id == owner_id)
        return [_claim(row) for row in self._connection.execute(query)]

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
