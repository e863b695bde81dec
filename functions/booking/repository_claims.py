"""SQL of the calendar: claims on halls, which an exclusion constraint keeps apart."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select, text
from sqlalchemy.dialects.postgresql import Range, insert

from booking.domain_ranges import TimeRange
from booking.errors import SlotTakenError
from booking.ports import Claim, ClaimKind
from booking.tables import occupancy

LOCK = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('hall:' || space, 0)) FROM unnest(CAST(:spaces AS text[])) AS space"
)


class ClaimRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, spaces: Iterable[UUID]) -> None:
        # One statement locks row by row, in this order: whoever needs several never waits in a circle.
        self._connection.execute(LOCK, {"spaces": sorted(str(space) for space in set(spaces))})

    def take(self, kind: ClaimKind, owner_id: UUID, spaces: Iterable[UUID], stretches: Iterable[TimeRange]) -> None:
        ranges = sorted(stretches)
        rows = [
            {"owner_id": owner_id, "hall_id": space, "during": Range(stretch.start, stretch.end), "kind": kind}
            for space in sorted(set(spaces))
            for stretch in ranges
        ]
        if not rows:
            return
        # Waits for whoever is claiming the same time right now instead of failing, and cannot deadlock over one row.
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


def _claim(row: Row[Any]) -> Claim:
    return Claim(row.hall_id, TimeRange(row.during.lower, row.during.upper), row.kind, row.owner_id)
