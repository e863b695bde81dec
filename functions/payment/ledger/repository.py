"""SQL for the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, select, text

from core.postgres.stored_fields import StoredFields
from payment.attempts.tables import payments
from payment.ledger.tables import ledger
from shared_schemas.common import SignedMoney
from shared_schemas.payment.books import LedgerEntry

FIELDS = StoredFields(LedgerEntry, ledger, apart=["amount"])


class LedgerRepository:
    """Every movement of money, written once and never changed: the database refuses that."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        kind: Literal["payment", "refund"],
        booking_id: UUID,
        payment_id: UUID,
        refund_id: UUID | None,
        amount: int,
        at: datetime,
    ) -> None:
        values = {"kind": kind, "booking_id": booking_id, "payment_id": payment_id, "refund_id": refund_id}
        self._connection.execute(insert(ledger).values(**values, amount=amount, at=at))

    def entries(self, booking_id: UUID) -> list[LedgerEntry]:
        query = select(ledger).where(ledger.c.booking_id == booking_id).order_by(ledger.c.id)
        return [_entry(row) for row in self._connection.execute(query)]

    def received_at(self, payment_id: UUID) -> datetime | None:
        query = select(ledger.c.at).where(ledger.c.payment_id == payment_id, ledger.c.kind == "payment")
        return self._connection.execute(query).scalar_one_or_none()

    def balance(self, booking_id: UUID) -> int:
        query = select(func.coalesce(func.sum(ledger.c.amount), 0)).where(ledger.c.booking_id == booking_id)
        return int(self._connection.execute(query).scalar_one())

    def page(self, after: UUID, limit: int) -> list[UUID]:
        query = select(payments.c.id).where(payments.c.id > after).order_by(payments.c.id).limit(limit)
        return list(self._connection.execute(query).scalars())

    def differences(self, payments: Sequence[UUID]) -> list[tuple[UUID, UUID | None, int, int]]:
        rows = self._connection.execute(DIFFERENCES, {"payments": [str(payment) for payment in payments]})
        return [(row.payment_id, row.refund_id, row.moved, row.entered) for row in rows]


DIFFERENCES = text("""
    WITH wanted AS (
        SELECT unnest(CAST(:payments AS uuid[])) AS id
    ), moved AS (
        SELECT booking_id, id AS payment_id, CAST(NULL AS uuid) AS refund_id, taken AS amount
        FROM payment.payments JOIN wanted USING (id) WHERE taken > 0
        UNION ALL
        SELECT r.booking_id, r.payment_id, r.id, -r.amount
        FROM payment.refunds r JOIN wanted w ON w.id = r.payment_id WHERE r.status = 'succeeded'
    ), entered AS (
        SELECT l.* FROM payment.ledger l JOIN wanted w ON w.id = l.payment_id WHERE l.kind = 'payment'
        UNION ALL
        SELECT l.* FROM payment.refunds r JOIN wanted w ON w.id = r.payment_id
        JOIN payment.ledger l ON l.refund_id = r.id
    )
    SELECT coalesce(m.payment_id, l.payment_id) AS payment_id, coalesce(m.refund_id, l.refund_id) AS refund_id,
           coalesce(m.amount, 0) AS moved, coalesce(l.amount, 0) AS entered
    FROM moved m FULL JOIN entered l
        ON coalesce(l.refund_id, l.payment_id) = coalesce(m.refund_id, m.payment_id)
    WHERE (m.amount, m.booking_id, m.payment_id) IS DISTINCT FROM (l.amount, l.booking_id, l.payment_id)
    ORDER BY 1, 2
""")


def _entry(row: Row[Any]) -> LedgerEntry:
    return LedgerEntry(**FIELDS.read(row), amount=SignedMoney(amount=row.amount))
