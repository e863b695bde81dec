"""All SQL of the integration service."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, func, select
from sqlalchemy.dialects.postgresql import insert

from core.paging import Cursor
from core.unit_of_work import UnitOfWork
from integration import tables as t
from integration.errors import EventNotFoundError
from integration.repository_replays import ReplayRepository
from shared_schemas.events import Envelope, ServiceError
from shared_schemas.integration import ErrorGroup, EventsQuery, LoggedEvent


class IntegrationUnitOfWork(UnitOfWork):
    """A transaction on the integration schema."""

    events: "EventRepository"
    errors: "ErrorRepository"
    replays: ReplayRepository

    def _open(self) -> None:
        self.events = EventRepository(self.connection)
        self.errors = ErrorRepository(self.connection)
        self.replays = ReplayRepository(self.connection)


class EventRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, envelope: Envelope, booking_id: UUID | None, payment_id: UUID | None) -> bool:
        columns = envelope.model_dump(exclude={"data"})
        document = envelope.model_dump(mode="json")
        statement = insert(t.events).values(**columns, booking_id=booking_id, payment_id=payment_id, envelope=document)
        result = self._connection.execute(statement.on_conflict_do_nothing().returning(t.events.c.id))
        return result.one_or_none() is not None

    def get(self, event_id: UUID) -> LoggedEvent:
        row = self._connection.execute(select(t.events).where(t.events.c.id == event_id)).one_or_none()
        if row is None:
            raise EventNotFoundError(event_id=str(event_id))
        return _event(row)

    def page(self, query: EventsQuery, after: Cursor | None, limit: int) -> list[LoggedEvent]:
        conditions = _conditions(query)
        if after:
            time, last = after
            conditions.append((t.events.c.time < time) | ((t.events.c.time == time) & (t.events.c.id > last)))
        statement = select(t.events).where(*conditions).order_by(*t.NEWEST_FIRST).limit(limit)
        return [_event(row) for row in self._connection.execute(statement)]


class ErrorRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, envelope: Envelope, error: ServiceError) -> None:
        statement = insert(t.errors).values(
            service=error.service,
            operation=error.operation,
            code=error.code,
            detail=error.detail,
            occurrences=1,
            first_seen=envelope.time,
            last_seen=envelope.time,
            correlation_id=envelope.correlation_id,
        )
        new = statement.excluded
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["service", "operation", "code"],
                set_={
                    "detail": new.detail,
                    "occurrences": t.errors.c.occurrences + 1,
                    # Events may arrive out of order.
                    "first_seen": func.least(t.errors.c.first_seen, new.first_seen),
                    "last_seen": func.greatest(t.errors.c.last_seen, new.last_seen),
                    "correlation_id": new.correlation_id,
                },
            )
        )

    def latest(self, limit: int) -> list[ErrorGroup]:
        rows = self._connection.execute(select(t.errors).order_by(t.errors.c.last_seen.desc()).limit(limit))
        return [ErrorGroup.model_validate(dict(row._mapping)) for row in rows]


def _conditions(query: EventsQuery) -> list[ColumnElement[bool]]:
    columns = t.events.c
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
