"""SQL for the projection that reports read."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import asdict, fields
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Connection, Row, Table, bindparam, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from integration.events.tables import events as logged_events
from integration.visits import tables as r
from integration.visits.domain import TYPES, HallTime, Movement, Share, Visit
from integration.visits.ports import Rebuild
from integration.visits.sums_repository import forget, money_of
from shared_schemas.events.envelope import Envelope

PARTS = ("times", "shares")
# In one order, so that two who lock several never wait for each other.
LOCK = text("SELECT pg_advisory_xact_lock(key) FROM (SELECT unnest(:keys) AS key ORDER BY 1) k").bindparams(
    bindparam("keys", type_=ARRAY(BigInteger))
)


class VisitRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, booking_ids: Collection[UUID]) -> None:
        self._connection.execute(LOCK, {"keys": [(booking.int >> 64) - 2**63 for booking in booking_ids]})

    def get(self, booking_ids: Collection[UUID]) -> dict[UUID, Visit]:
        times, shares = self._parts(r.hall_times, booking_ids), self._parts(r.visit_shares, booking_ids)
        found = self._connection.execute(select(r.visits).where(r.visits.c.booking_id.in_(booking_ids)))
        return {
            row.booking_id: Visit(
                **row._mapping,
                times=tuple(HallTime(p.hall_id, p.day, p.from_minute, p.to_minute) for p in times[row.booking_id]),
                shares=_shares(shares[row.booking_id]),
            )
            for row in found
        }

    def _parts(self, table: Table, booking_ids: Collection[UUID]) -> defaultdict[UUID, list[Row[Any]]]:
        wanted = select(table).where(table.c.booking_id.in_(booking_ids)).order_by(table.c.number)
        parts: defaultdict[UUID, list[Row[Any]]] = defaultdict(list)
        for row in self._connection.execute(wanted):
            parts[row.booking_id].append(row)
        return parts

    def put(self, visits: Sequence[Visit]) -> None:
        if not visits:
            return
        self._forget_revenue(visits)
        columns = [field.name for field in fields(Visit) if field.name not in PARTS]
        self._upsert(r.visits, [{name: getattr(visit, name) for name in columns} for visit in visits])
        for table, name in ((r.hall_times, "times"), (r.visit_shares, "shares")):
            self._connection.execute(delete(table).where(table.c.booking_id.in_([v.booking_id for v in visits])))
            rows = [
                {"booking_id": visit.booking_id, "number": number, **asdict(part)}
                for visit in visits
                for number, part in enumerate(getattr(visit, name))
            ]
            if rows:
                self._connection.execute(insert(table).values(rows))

    def _forget_revenue(self, visits: Sequence[Visit]) -> None:
        """Of the days on which the money came whose shares change now."""
        known = self._parts(r.visit_shares, [visit.booking_id for visit in visits])
        changed = [visit.booking_id for visit in visits if visit.shares != _shares(known[visit.booking_id])]
        if changed:
            forget(self._connection, money_of(self._connection, "booking_id", changed))

    def movements(self, booking_ids: Collection[UUID]) -> list[Movement]:
        wanted = select(r.movements).where(r.movements.c.booking_id.in_(booking_ids))
        return [Movement(**row._mapping) for row in self._connection.execute(wanted)]

    def put_movements(self, movements: Sequence[Movement]) -> None:
        if not movements:
            return
        before = money_of(self._connection, "id", [movement.id for movement in movements])
        forget(self._connection, before | {movement.at.astimezone(UTC).date() for movement in movements})
        self._upsert(r.movements, [asdict(movement) for movement in movements])

    def _upsert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        statement = insert(table).values(rows)
        changes = {c.name: statement.excluded[c.name] for c in table.c if not c.primary_key}
        self._connection.execute(statement.on_conflict_do_update(index_elements=table.primary_key, set_=changes))

    def logged(self, after: UUID | None, limit: int) -> list[UUID]:
        column = logged_events.c.booking_id
        wanted = select(column).where(column.is_not(None)).distinct().order_by(column).limit(limit)
        if after:
            wanted = wanted.where(column > after)
        return list(self._connection.execute(wanted).scalars())

    def events(self, booking_ids: Collection[UUID]) -> list[Envelope]:
        c = logged_events.c
        wanted = select(c.envelope).where(c.booking_id.in_(booking_ids), c.type.in_(sorted(TYPES)))
        rows = self._connection.execute(wanted.order_by(c.time, c.id)).scalars()
        return [Envelope.model_validate(document) for document in rows]

    def start(self, rebuild: Rebuild) -> None:
        self._connection.execute(text("LOCK TABLE integration.report_rebuilds IN SHARE ROW EXCLUSIVE MODE"))
        open_ = select(func.count()).where(r.report_rebuilds.c.finished_at.is_(None))
        if not self._connection.execute(open_).scalar_one():
            self._connection.execute(insert(r.report_rebuilds).values(asdict(rebuild)))

    def claim(self) -> Rebuild | None:
        wanted = select(r.report_rebuilds).where(r.report_rebuilds.c.finished_at.is_(None)).limit(1)
        row = self._connection.execute(wanted.with_for_update(skip_locked=True)).one_or_none()
        return Rebuild(**row._mapping) if row else None

    def save(self, rebuild: Rebuild) -> None:
        this = r.report_rebuilds.c.id == rebuild.id
        self._connection.execute(update(r.report_rebuilds).where(this).values(asdict(rebuild)))


def _shares(rows: Sequence[Row[Any]]) -> tuple[Share, ...]:
    return tuple(Share(**_without_key(row)) for row in rows)


def _without_key(row: Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name not in ("booking_id", "number")}
