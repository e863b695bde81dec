"""SQL for the event log."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, select, text
from sqlalchemy.dialects.postgresql import insert

from core.http.paging import Cursor, behind
from core.postgres.rows import one
from integration.events.errors import EventNotFoundError
from integration.events.tables import NEWEST_FIRST, events
from integration.subject import subject
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.events import EventsQuery, LoggedEvent

KEEP_MONTHS = text("SELECT made, dropped FROM integration.keep_event_months(:months)")


class EventRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, envelopes: Sequence[Envelope]) -> set[UUID]:
        # In one order, so that two who add the same events never wait for each other.
        rows = [_columns(envelope) for envelope in sorted(envelopes, key=lambda each: each.id)]
        statement = insert(events).values(rows).on_conflict_do_nothing().returning(events.c.id)
        return set(self._connection.execute(statement).scalars())

    def get(self, event_id: UUID) -> LoggedEvent:
        query = select(events).where(events.c.id == event_id)
        row = one(self._connection, query, EventNotFoundError(event_id=str(event_id)))
        return _event(row)

    def page(self, query: EventsQuery, after: Cursor | None, limit: int) -> list[LoggedEvent]:
        return [_event(row) for row in self._connection.execute(self.search(query, after, limit))]

    @staticmethod
    def search(query: EventsQuery, after: Cursor | None, limit: int) -> Select[Any]:
        """The statement behind `page`."""
        conditions = _conditions(query)
        if after:
            conditions.append(behind(after, events.c.time, events.c.id))
        return select(events).where(*conditions).order_by(*NEWEST_FIRST).limit(limit)

    def keep_months(self, months: int) -> tuple[int, int]:
        row = self._connection.execute(KEEP_MONTHS, {"months": months}).one()
        return row.made, row.dropped


def _columns(envelope: Envelope) -> dict[str, Any]:
    about = {name: subject(envelope, name) for name in ("booking_id", "payment_id")}
    document = envelope.model_dump(mode="json")
    return {**envelope.model_dump(exclude={"data"}), **about, "envelope": document}


def _conditions(query: EventsQuery) -> list[ColumnElement[bool]]:
    columns = events.c
    equal = query.model_dump(include={"type", "correlation_id", "booking_id", "payment_id"}, exclude_none=True)
    conditions: list[ColumnElement[bool]] = [columns[name] == value for name, value in equal.items()]
    if query.from_:
        conditions.append(columns.time >= query.from_)
    if query.to:
        conditions.append(columns.time < query.to)
    return conditions


def _event(row: Row[Any]) -> LoggedEvent:
    columns = {name: value for name, value in row._mapping.items() if name != "envelope"}
    return LoggedEvent.model_validate({**columns, "data": row.envelope["data"]})
