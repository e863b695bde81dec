"""SQL of what the payment service gave back."""

from uuid import UUID

from sqlalchemy import Connection, exists, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from booking import tables as t
from booking.ports_refunds import NotedRefund


class RefundRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, refund: NotedRefund) -> bool:
        statement = (
            upsert(t.refunds)
            .values(
                refund_id=refund.id, payment_id=refund.payment_id, booking_id=refund.booking_id, amount=refund.amount
            )
            .on_conflict_do_nothing()
            .returning(t.refunds.c.refund_id)
        )
        return self._connection.execute(statement).one_or_none() is not None

    def is_counted(self, payment_id: UUID) -> bool:
        query = select(exists().where(t.payments.c.payment_id == payment_id))
        return bool(self._connection.execute(query).scalar_one())

    def of_payment(self, payment_id: UUID) -> int:
        query = select(func.coalesce(func.sum(t.refunds.c.amount), 0)).where(t.refunds.c.payment_id == payment_id)
        return int(self._connection.execute(query).scalar_one())
