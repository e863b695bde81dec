"""SQL of the history of messages."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Text, literal_column, select

from core.http.paging import Cursor, behind
from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from notification.bookings import tables as b
from notification.errors import NotificationNotFoundError
from notification.messages import tables as t
from notification.messages.domain.deliveries import Delivery
from notification.messages.repository import delivery_of
from shared_schemas.notification import Notification, NotificationsQuery

NOTIFICATION = StoredFields(Notification, t.notifications, apart=["booking_number"])
# As the index says it.
booking_number: ColumnElement[str] = literal_column("bookings.facts->>'number'", Text)


class HistoryRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, notification_id: UUID) -> Notification:
        return _notification(self._row(notification_id))

    def delivery(self, notification_id: UUID) -> Delivery:
        return delivery_of(self._row(notification_id))

    def page(self, query: NotificationsQuery, after: Cursor | None, limit: int) -> list[Notification]:
        columns = t.notifications.c
        equal = query.model_dump(include={"booking_id", "recipient_id", "status", "delivery"}, exclude_none=True)
        statement = select(t.notifications).where(*(columns[name] == value for name, value in equal.items()))
        if query.number:
            numbered = select(b.bookings.c.booking_id).where(booking_number == query.number)
            statement = statement.where(columns.booking_id == numbered.scalar_subquery())
        if after:
            statement = statement.where(behind(after, columns.created_at, columns.id))
        rows = self._connection.execute(statement.order_by(*t.NEWEST_FIRST).limit(limit))
        return [_notification(row) for row in rows]

    def _row(self, notification_id: UUID) -> Row[Any]:
        query = select(t.notifications).where(t.notifications.c.id == notification_id)
        return one(self._connection, query, NotificationNotFoundError(notification_id=str(notification_id)))


def _notification(row: Row[Any]) -> Notification:
    return Notification.model_validate(NOTIFICATION.read(row) | {"booking_number": row.facts.get("number")})
