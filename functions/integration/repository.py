"""All SQL of the integration service."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, select, text
from sqlalchemy.dialects.postgresql import insert

from core.paging import Cursor, behind
from core.unit_of_work import UnitOfWork
from integration import tables as t
from integration.errors import EventNotFoundError
from integration.repository_connectors import ConnectorRepository, LinkRepository
from integration.repository_deliveries import DeliveryRepository
from integration.repository_failures import ActionRepository, DeadLetterRepository, ErrorRepository
from integration.repository_replays import ReplayRepository
from integration.repository_reports import ReportRepository
from integration.repository_sums import SumRepository
from integration.repository_visits import VisitRepository
from integration.repository_webhooks import SubscriptionRepository
from shared_schemas.events import Envelope
from shared_schemas.integration import EventsQuery, LoggedEvent

KEEP_MONTHS = text("SELECT made, dropped FROM integration.keep_event_months(:months)")


class IntegrationUnitOfWork(UnitOfWork):
    """A transaction on the integration schema."""

    events: "EventRepository"
    errors: ErrorRepository
    dead_letters: DeadLetterRepository
    actions: ActionRepository
    replays: ReplayRepository
    visits: VisitRepository
    sums: SumRepository
    reports: ReportRepository
    connectors: ConnectorRepository
    deliveries: DeliveryRepository
    subscriptions: SubscriptionRepository
    links: LinkRepository

    def _open(self) -> None:
        self.connectors = ConnectorRepository(self.connection)
        self.deliveries = DeliveryRepository(self.connection)
        self.subscriptions = SubscriptionRepository(self.connection)
        self.links = LinkRepository(self.connection)
        self.events = EventRepository(self.connection)
        self.errors = ErrorRepository(self.connection)
        self.dead_letters = DeadLetterRepository(self.connection)
        self.actions = ActionRepository(self.connection)
        self.replays = ReplayRepository(self.connection)
        self.visits = VisitRepository(self.connection)
        self.sums = SumRepository(self.connection)
        self.reports = ReportRepository(self.connection)


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
        return [_event(row) for row in self._connection.execute(self.search(query, after, limit))]

    @staticmethod
    def search(query: EventsQuery, after: Cursor | None, limit: int) -> Select[Any]:
        """The statement behind `page`."""
        conditions = _conditions(query)
        if after:
            conditions.append(behind(after, t.events.c.time, t.events.c.id))
        return select(t.events).where(*conditions).order_by(*t.NEWEST_FIRST).limit(limit)

    def keep_months(self, months: int) -> tuple[int, int]:
        row = self._connection.execute(KEEP_MONTHS, {"months": months}).one()
        return row.made, row.dropped


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
