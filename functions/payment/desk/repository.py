"""SQL for what the desk does."""

from typing import Any

from sqlalchemy import Connection, Row, Select, select, text, tuple_

from payment.attempts.tables import payments
from payment.desk.ports import Place
from payment.refunds.domain.refund import StoredRefund, view
from payment.refunds.repository import FIELDS
from payment.refunds.tables import refunds
from shared_schemas.payment.desk import DeskRefund

# The very words of the partial index: parameters would hide from a prepared statement that they are the same.
WAITING = text("refunds.status = 'pending' AND refunds.failure = 'to_hand_out'")


class DeskRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def to_hand_out(self, after: Place | None, limit: int) -> list[DeskRefund]:
        return [_refund(row) for row in self._connection.execute(self.waiting(after, limit))]

    @staticmethod
    def waiting(after: Place | None, limit: int) -> Select[Any]:
        """The statement behind `to_hand_out`."""
        place = tuple_(refunds.c.created_at, refunds.c.id)
        query = (
            select(refunds, payments.c.provider, payments.c.booking_number)
            .join(payments, payments.c.id == refunds.c.payment_id)
            .where(WAITING)
            .order_by(refunds.c.created_at, refunds.c.id)
            .limit(limit)
        )
        return query.where(place > tuple_(*after)) if after else query


def _refund(row: Row[Any]) -> DeskRefund:
    told = view(StoredRefund(**FIELDS.read(row)), for_staff=True)
    return DeskRefund(**dict(told), method=row.provider, booking_number=row.booking_number)
