"""SQL for deliveries to other systems."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from core.http.paging import Cursor, behind
from core.job_failures import not_put_off, reading
from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from integration.deliveries.domain import LEASE, Outcome, Parcel
from integration.deliveries.errors import DeliveryNotFoundError, DeliveryUnderWayError
from integration.deliveries.ports import SEND_DELIVERIES
from integration.deliveries.tables import NEWEST_DELIVERIES, connectors
from integration.deliveries.tables import deliveries as t
from integration.tables import delivery
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.connectors import ConnectorName, DeliveriesQuery, Delivery

PARCEL = StoredFields(Parcel, t, apart=["envelope"])
OUTCOME = StoredFields(Outcome, t)
DELIVERY = StoredFields(Delivery, t)
SHOWN = DELIVERY.selected


class DeliveryRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, parcels: Sequence[Parcel], now: datetime) -> None:
        if parcels:
            rows = [_columns(parcel, now) for parcel in parcels]
            self._connection.execute(insert(t).values(rows).on_conflict_do_nothing())

    def claim(
        self, connector: ConnectorName, now: datetime, delivery_id: UUID | None = None, but: Collection[str] = ()
    ) -> Parcel | None:
        """Claims of one connector come one after another, so that none overlooks what another just took."""
        if not self._may_send(connector):
            return None
        rows = self._lease(connector, now, [delivery_id] if delivery_id else None, 1, but)
        if not rows:
            return None
        with reading(rows[0].id):
            return _parcel(rows[0])

    def claim_some(
        self, connector: ConnectorName, now: datetime, ids: Collection[UUID] | None, most: int
    ) -> list[Parcel]:
        if not self._may_send(connector):
            return []
        parcels = []
        for row in self._lease(connector, now, ids, most):
            with reading(row.id):
                parcels.append(_parcel(row))
        return sorted(parcels, key=lambda parcel: parcel.envelope.time)

    def _lease(
        self,
        connector: ConnectorName,
        now: datetime,
        ids: Collection[UUID] | None,
        most: int,
        but: Collection[str] = (),
    ) -> Sequence[Row[Any]]:
        columns, peer = t.c, t.alias()
        under_way = select(peer.c.id).where(
            peer.c.connector == columns.connector, peer.c.subject == columns.subject, peer.c.leased_until > now
        )
        conditions: list[ColumnElement[bool]] = [
            columns.connector == connector,
            columns.status == "waiting",
            columns.next_attempt_at <= now,
            columns.target.not_in(but),
            ~under_way.exists(),
        ]
        if ids is not None:
            conditions.append(columns.id.in_(ids))
        else:
            conditions.append(not_put_off(delivery.failures, SEND_DELIVERIES, columns.id, now))
        due = select(columns.id).where(*conditions).order_by(columns.next_attempt_at, columns.created_at).limit(most)
        lease = {"attempts": columns.attempts + 1, "next_attempt_at": now + LEASE, "leased_until": now + LEASE}
        taken = update(t).where(columns.id.in_(due.scalar_subquery())).values(**lease).returning(t)
        return self._connection.execute(taken).all()

    def finish(self, parcels: Sequence[Parcel], outcome: Outcome, now: datetime, duration_ms: int) -> set[UUID]:
        values = {
            **OUTCOME.values(outcome),
            "leased_until": None,
            "duration_ms": duration_ms,
            "finished_at": None if outcome.status == "waiting" else now,
        }
        # The attempt number says whether we still hold the lease.
        found: set[UUID] = set()
        for attempts in sorted({parcel.attempts for parcel in parcels}):
            ids = [parcel.id for parcel in parcels if parcel.attempts == attempts]
            ours = t.c.id.in_(ids) & (t.c.status == "waiting") & (t.c.attempts == attempts)
            found |= set(self._connection.execute(update(t).where(ours).values(**values).returning(t.c.id)).scalars())
        return found

    def get(self, connector: ConnectorName, target: str | None, delivery_id: UUID) -> Delivery:
        this = [t.c.id == delivery_id, *_of(connector, target)]
        row = one(self._connection, select(*SHOWN).where(*this), DeliveryNotFoundError(delivery_id=str(delivery_id)))
        return _delivery(row)

    def page(
        self, connector: ConnectorName, target: str | None, query: DeliveriesQuery, after: Cursor | None
    ) -> list[Delivery]:
        conditions = _of(connector, target)
        if query.status:
            conditions.append(t.c.status == query.status)
        if after:
            conditions.append(behind(after, t.c.created_at, t.c.id))
        statement = select(*SHOWN).where(*conditions).order_by(*NEWEST_DELIVERIES).limit(query.limit + 1)
        return [_delivery(row) for row in self._connection.execute(statement)]

    def again(self, delivery_id: UUID, now: datetime, expires_at: datetime) -> None:
        anew = {"status": "waiting", "next_attempt_at": now, "expires_at": expires_at, "finished_at": None}
        finished = (t.c.id == delivery_id) & (t.c.status != "waiting")
        if self._connection.execute(update(t).where(finished).values(**anew)).rowcount != 1:
            raise DeliveryUnderWayError(delivery_id=str(delivery_id))

    def withdraw(self, connector: ConnectorName, target: str, now: datetime) -> None:
        over = {"status": "skipped", "next_attempt_at": None, "error": "subscription_ended", "finished_at": now}
        waiting = [*_of(connector, target), t.c.status == "waiting"]
        self._connection.execute(update(t).where(*waiting).values(**over, leased_until=None))

    def forget(self, before: datetime, limit: int) -> int:
        old = select(t.c.id).where(t.c.finished_at < before).limit(limit).with_for_update(skip_locked=True)
        return self._connection.execute(delete(t).where(t.c.id.in_(old.scalar_subquery()))).rowcount

    def _may_send(self, connector: ConnectorName) -> bool:
        lock = select(connectors.c.paused_at).where(connectors.c.name == connector).with_for_update(key_share=True)
        row = self._connection.execute(lock).one_or_none()
        if row is None:
            self._connection.execute(insert(connectors).values(name=connector).on_conflict_do_nothing())
            row = self._connection.execute(lock).one()
        return row.paused_at is None


def _of(connector: ConnectorName, target: str | None) -> list[ColumnElement[bool]]:
    return [t.c.connector == connector, *([t.c.target == target] if target is not None else [])]


def _columns(parcel: Parcel, now: datetime) -> dict[str, Any]:
    return {
        **PARCEL.values(parcel),
        "event_id": parcel.envelope.id,
        "event_type": parcel.envelope.type,
        "correlation_id": parcel.envelope.correlation_id,
        "envelope": parcel.envelope.model_dump(mode="json"),
        "status": "waiting",
        "next_attempt_at": now,
        "created_at": now,
    }


def _parcel(row: Row[Any]) -> Parcel:
    return Parcel(**PARCEL.read(row), envelope=Envelope.model_validate(row.envelope))


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery.model_validate({**DELIVERY.read(row), "target": row.target or None})
