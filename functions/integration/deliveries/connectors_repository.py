"""SQL for connectors: their health, their turns, and what waits for them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, func, literal, literal_column, select, text, union_all, update
from sqlalchemy.dialects.postgresql import insert

from core.postgres.stored_fields import StoredFields
from integration.deliveries.tables import connectors as t
from integration.deliveries.tables import deliveries
from shared_schemas.integration.connectors import Connector, ConnectorName

FIELDS = StoredFields(Connector, t, apart=["on", "paused", "waiting", "dead", "oldest_waiting_at"])
SECOND = text("interval '1 second'")


def _open(status: str) -> Select[Any]:
    """The status stands in the text itself: only so is it seen that an index of just these rows has the answer."""
    c = deliveries.c
    this: ColumnElement[str] = literal_column(f"'{status}'")
    counted = select(
        c.connector, this.label("status"), func.count().label("number"), func.min(c.created_at).label("oldest")
    )
    return counted.where(c.status == this).group_by(c.connector)


OPEN_DELIVERIES = union_all(_open("waiting"), _open("dead"))


class ConnectorRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def views(self, switched_on: Collection[ConnectorName], names: Sequence[ConnectorName]) -> list[Connector]:
        rows = {row.name: FIELDS.read(row) for row in self._connection.execute(select(*FIELDS.selected))}
        counts = self._counts()
        return [self._view(name, name in switched_on, rows.get(name, {}), counts.get(name, {})) for name in names]

    def pause(self, name: ConnectorName, actor: UUID, at: datetime, reason: str) -> None:
        self._set(name, paused_at=at, paused_by=actor, pause_reason=reason)

    def resume(self, name: ConnectorName) -> None:
        self._set(name, paused_at=None, paused_by=None, pause_reason=None)

    def succeeded(self, name: ConnectorName, at: datetime) -> None:
        self._set(name, last_success_at=at)

    def failed(self, name: ConnectorName, at: datetime, code: str) -> None:
        self._set(name, last_failure_at=at, last_failure=code)

    def take_turn(self, name: ConnectorName, interval: float, patience: float) -> float | None:
        """By the database's clock, which all processes share."""
        self._ensure(name)
        now = func.clock_timestamp()
        turn = func.greatest(t.c.next_turn_at, now)
        soon = (t.c.name == name) & (t.c.next_turn_at <= now + literal(patience) * SECOND)
        following = turn + literal(interval) * SECOND
        wait = func.extract("epoch", t.c.next_turn_at - now - literal(interval) * SECOND)
        taken = update(t).where(soon).values(next_turn_at=following).returning(wait)
        seconds = self._connection.execute(taken).scalar_one_or_none()
        return None if seconds is None else max(0.0, float(seconds))

    def push_back(self, name: ConnectorName, seconds: float) -> None:
        self._ensure(name)
        later = func.greatest(t.c.next_turn_at, func.clock_timestamp() + literal(seconds) * SECOND)
        self._connection.execute(update(t).where(t.c.name == name).values(next_turn_at=later))

    def _set(self, name: ConnectorName, **values: object) -> None:
        row = insert(t).values(name=name, **values)
        self._connection.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))

    def _ensure(self, name: ConnectorName) -> None:
        self._connection.execute(insert(t).values(name=name).on_conflict_do_nothing())

    def _counts(self) -> dict[str, dict[str, object]]:
        rows = self._connection.execute(OPEN_DELIVERIES).all()
        found: dict[str, dict[str, object]] = {}
        for row in rows:
            of_connector = found.setdefault(row.connector, {})
            of_connector[row.status] = row.number
            if row.status == "waiting":
                of_connector["oldest_waiting_at"] = row.oldest
        return found

    def _view(self, name: ConnectorName, on: bool, row: dict[str, object], counts: dict[str, object]) -> Connector:
        paused = row.get("paused_at") is not None
        own = {"name": name, "on": on, "paused": paused, "waiting": 0, "dead": 0}
        return Connector.model_validate(row | own | counts)
