"""SQL for the calendar: claims on halls, which an exclusion constraint keeps apart."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select, text
from sqlalchemy.dialects.postgresql import Range

from booking.calendar.errors import SlotTakenError
from booking.calendar.ports import Claim
from booking.calendar.tables import occupancy
from booking.halls.ports import Ahead, ClaimKind
from booking.time.ranges import TimeRange
from core.postgres.database import DEFERRED
from core.postgres.retries import OvertakenError

# One statement takes the locks in the order given, so that two transactions cannot deadlock.
LOCK = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('hall:' || space, 0)) FROM unnest(CAST(:spaces AS text[])) AS space"
)
# Locked or not, the constraint has the last word; a claim in the making is waited for instead of failing. Arrays rather
# than rows: SQLAlchemy rebuilds an insert of several rows each time.
TAKE = text("""
INSERT INTO booking.occupancy (owner_id, hall_id, during, kind)
SELECT CAST(:owner_id AS uuid), hall_id, tstzrange(starts, ends), :kind
  FROM unnest(CAST(:halls AS uuid[]), CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[]))
       AS claims (hall_id, starts, ends)
 WHERE NOT EXISTS (
       SELECT FROM unnest(CAST(:read AS uuid[]), CAST(:versions AS integer[])) AS known (id, version)
         JOIN booking.halls h ON h.id = known.id AND h.version <> known.version)
    ON CONFLICT ON CONSTRAINT occupancy_no_overlap DO NOTHING
RETURNING hall_id
""")
# What a hall takes, and when, is read before its locks are had: with the locks, nothing of it may have changed.
OVERTAKEN = text("""
SELECT 1 FROM unnest(CAST(:read AS uuid[]), CAST(:versions AS integer[])) AS known (id, version)
  JOIN booking.halls h ON h.id = known.id AND h.version <> known.version
""")
# A plain hall has all that lies on it; one that is made of others only what was claimed in its own name, or is wanted.
AHEAD = text("""
SELECT o.owner_id, o.kind, b.number
  FROM (SELECT owner_id, kind, hall_id, during FROM booking.occupancy
         UNION ALL
        SELECT owner_id, kind, hall_id, during FROM booking.unmet_claims) o
  LEFT JOIN booking.bookings b ON b.id = o.owner_id
  LEFT JOIN booking.closures c ON c.id = o.owner_id
  LEFT JOIN booking.external_calendars e ON e.id = o.owner_id
 WHERE o.hall_id = ANY(CAST(:spaces AS uuid[])) AND o.during && tstzrange(:now, NULL)
   AND (CAST(:hall_id AS uuid) IN (o.hall_id, b.hall_id, c.hall_id, e.hall_id)
        OR CAST(:hall_id AS uuid) = ANY(b.also_hall_ids) OR (c.id IS NOT NULL AND c.hall_id IS NULL))
 GROUP BY o.owner_id, o.kind, b.number ORDER BY min(lower(o.during))
""")
RELAY = text("""
UPDATE booking.occupancy o SET during = tstzrange(n.starts, n.ends)
  FROM unnest(CAST(:owners AS uuid[]), CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[]))
       AS n (owner_id, starts, ends)
 WHERE o.owner_id = n.owner_id AND o.hall_id = ANY(CAST(:spaces AS uuid[]))
""")
TRY_LOCK = text(
    "SELECT CAST(space AS uuid) FROM unnest(CAST(:spaces AS text[])) AS space"
    " WHERE pg_try_advisory_xact_lock(hashtextextended('hall:' || space, 0))"
)


class ClaimRepository:
    def __init__(self, connection: Connection, read: Mapping[UUID, int] | None = None) -> None:
        """`read` are the versions of halls that the transaction knows, kept up to date by who reads them."""
        self._connection = connection
        self._read = {} if read is None else read
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
        if len(self._connection.execute(TAKE, values | self._known()).all()) < len(rows):
            self.require_current()
            raise SlotTakenError

    def require_current(self) -> None:
        if self._connection.execute(OVERTAKEN, self._known()).first():
            raise OvertakenError

    def ahead(self, hall_id: UUID, spaces: Collection[UUID], now: datetime) -> list[Ahead]:
        values = {"hall_id": hall_id, "spaces": _texts(spaces), "now": now}
        return [Ahead(row.owner_id, row.kind, row.number) for row in self._connection.execute(AHEAD, values)]

    def relay(self, spaces: Collection[UUID], stretches: Mapping[UUID, TimeRange]) -> None:
        values = {
            "spaces": _texts(spaces),
            "owners": _texts(stretches),
            "starts": [stretch.start.isoformat() for stretch in stretches.values()],
            "ends": [stretch.end.isoformat() for stretch in stretches.values()],
        }
        if stretches:
            self._connection.execute(RELAY, values)

    def of(self, *owner_ids: UUID) -> list[Claim]:
        query = select(occupancy).where(occupancy.c.owner_id.in_(owner_ids))
        return [_claim(row) for row in self._connection.execute(query)]

    def release(self, *owner_ids: UUID) -> list[Claim]:
        statement = delete(occupancy).where(occupancy.c.owner_id.in_(owner_ids)).returning(occupancy)
        return [_claim(row) for row in self._connection.execute(statement)]

    def within(self, spaces: Collection[UUID], window: TimeRange) -> list[Claim]:
        query = (
            select(occupancy)
            .where(occupancy.c.hall_id.in_(spaces), occupancy.c.during.overlaps(Range(window.start, window.end)))
            .order_by(occupancy.c.during)
        )
        return [_claim(row) for row in self._connection.execute(query)]

    def _known(self) -> dict[str, list[Any]]:
        return {"read": _texts(self._read), "versions": list(self._read.values())}


def _texts(ids: Iterable[UUID]) -> list[str]:
    return [str(one) for one in ids]


def _sorted(spaces: Iterable[UUID]) -> dict[str, list[str]]:
    return {"spaces": sorted(str(space) for space in spaces)}


def _claim(row: Row[Any]) -> Claim:
    return Claim(row.hall_id, TimeRange(row.during.lower, row.during.upper), row.kind, row.owner_id)
