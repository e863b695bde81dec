"""SQL for refunds made by the payment service."""

from uuid import UUID

from sqlalchemy import Connection, exists, select
from sqlalchemy.dialects.postgresql import insert as upsert

from booking.bookings import tables as t
from booking.bookings.refunds_ports import NotedRefund
from core.postgres.stored_fields import StoredFields

FIELDS = StoredFields(NotedRefund, t.refunds, apart=["id"])


class RefundRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, refund: NotedRefund) -> bool:
        statement = (
            upsert(t.refunds)
            .values(refund_id=refund.id, **FIELDS.values(refund))
            .on_conflict_do_nothing()
            .returning(t.refunds.c.refund_id)
        )
        return self._connection.execute(statement).one_or_none() is not None

    def is_counted(self, payment_id: UUID) -> bool:
        query = select(exists().where(t.payments.c.payment_id == payment_id))
        return bool(self._connection.execute(query).scalar_one())

    def of_payment(self, payment_id: UUID) -> list[NotedRefund]:
        noted = t.refunds.c
        query = select(t.refunds).where(noted.payment_id == payment_id).order_by(noted.noted_at, noted.refund_id)
        rows = self._connection.execute(query)
        return [NotedRefund(row.refund_id, **FIELDS.read(row)) for row in rows]
