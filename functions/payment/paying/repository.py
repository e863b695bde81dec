"""SQL for the notifications of gateways."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert

from core.postgres.stored_fields import StoredFields
from payment.attempts.domain import Attempt
from payment.gateways.port import Notification
from payment.paying import tables as t
from payment.paying.ports import Told

FIELDS = StoredFields(Notification, t.notifications, apart=["attempt_id", "receipt", "returned"])


class NotificationRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, notification_id: UUID, attempt: Attempt, notification: Notification, body: str) -> bool:
        statement = (
            upsert(t.notifications)
            .values(
                id=notification_id,
                payment_id=attempt.payment_id,
                provider=attempt.provider,
                body=body,
                receipted=notification.receipted,
                **FIELDS.values(notification),
            )
            .on_conflict_do_nothing(constraint="notifications_once_key")
            .returning(t.notifications.c.id)
        )
        return self._connection.execute(statement).one_or_none() is not None

    def find(self, provider: str, notification: Notification) -> UUID:
        columns, told = t.notifications.c, notification
        same = tuple_(columns.provider, columns.event, columns.object_id, columns.status)
        query = select(columns.id).where(same == tuple_(provider, told.event, told.object_id, told.status))
        return UUID(str(self._connection.execute(query).scalar_one()))

    def get(self, notification_id: UUID) -> Told:
        columns = t.notifications.c
        asked = (columns.payment_id, columns.gateway_payment_id, columns.receipted)
        row = self._connection.execute(select(*asked).where(columns.id == notification_id)).one()
        return Told(row.payment_id, row.gateway_payment_id, row.receipted)

    def objects(self, provider: str, event: str, among: Sequence[str]) -> set[str]:
        told = t.notifications.c
        query = select(told.object_id).where(told.provider == provider, told.event == event)
        return set(self._connection.execute(query.where(told.object_id.in_(among))).scalars())
