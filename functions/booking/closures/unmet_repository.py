"""SQL for claims that could not be had: what a closure or a calendar wants, and somebody else has."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from booking.calendar.ports import Claim
from booking.halls.ports import ClaimKind
from booking.time.ranges import TimeRange

FORGET = text("DELETE FROM booking.unmet_claims WHERE owner_id = :owner_id")
NOTE = text("""
INSERT INTO booking.unmet_claims (owner_id, hall_id, during, kind)
SELECT CAST(:owner_id AS uuid), hall_id, tstzrange(starts, ends), :kind
  FROM unnest(CAST(:halls AS uuid[]), CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[]))
       AS unmet (hall_id, starts, ends)
""")
# Of several who want the same time the first to ask gets it; whatever another wants beside it is found by asking again.
MEET = text("""
INSERT INTO booking.occupancy (owner_id, hall_id, during, kind)
SELECT u.owner_id, u.hall_id, stretch, u.kind
  FROM booking.unmet_claims u
 CROSS JOIN LATERAL unnest(tstzmultirange(u.during) - (
       SELECT coalesce(range_agg(o.during), '{}') FROM booking.occupancy o
        WHERE o.hall_id = u.hall_id AND o.during && u.during)) AS stretch
 WHERE u.hall_id = ANY(CAST(:halls AS uuid[]))
 ORDER BY u.hall_id, stretch, u.owner_id
    ON CONFLICT ON CONSTRAINT occupancy_no_overlap DO NOTHING
RETURNING owner_id, hall_id, during, kind
""")


class UnmetClaimRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, kind: ClaimKind, owner_id: UUID, wanted: Mapping[UUID, Sequence[TimeRange]]) -> None:
        self.forget(owner_id)
        rows = [(space, stretch) for space, stretches in wanted.items() for stretch in stretches]
        values: dict[str, Any] = {
            "owner_id": owner_id,
            "kind": kind,
            "halls": [str(space) for space, _ in rows],
            "starts": [stretch.start.isoformat() for _, stretch in rows],
            "ends": [stretch.end.isoformat() for _, stretch in rows],
        }
        if rows:
            self._connection.execute(NOTE, values)

    def forget(self, owner_id: UUID) -> None:
        self._connection.execute(FORGET, {"owner_id": owner_id})

    def meet(self, spaces: Collection[UUID]) -> list[Claim]:
        halls, met = sorted(str(space) for space in spaces), list[Claim]()
        while halls and (rows := self._connection.execute(MEET, {"halls": halls}).all()):
            met += (
                Claim(row.hall_id, TimeRange(row.during.lower, row.during.upper), row.kind, row.owner_id)
                for row in rows
            )
        return met
