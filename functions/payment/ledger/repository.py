"""SQL for the ledger."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, select, text, union_all

from core.postgres.stored_fields import StoredFields
from payment.attempts.tables import payments
from payment.ledger.domain import Movement
from payment.ledger.tables import ledger
from shared_schemas.common import SignedMoney
from shared_schemas.payment.books import LedgerEntry
from shared_schemas.providers import Tender

FIELDS = StoredFields(LedgerEntry, ledger, apart=["amount"])


class LedgerRepository:
    """Every movement of money, written once and never changed: the database refuses that."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, movement: Movement) -> None:
        self._connection.execute(insert(ledger).values(asdict(movement)))

    def entries(self, booking_id: UUID) -> list[LedgerEntry]:
        query = select(ledger).where(ledger.c.booking_id == booking_id).order_by(ledger.c.id)
        return [_entry(row) for row in self._connection.execute(query)]

    def received_at(self, payment_id: UUID) -> datetime | None:
        query = select(ledger.c.at).where(ledger.c.payment_id == payment_id, ledger.c.kind == "payment")
        return self._connection.execute(query).scalar_one_or_none()

    def balance(self, booking_id: UUID) -> int:
        query = select(func.coalesce(func.sum(ledger.c.amount), 0)).where(ledger.c.booking_id == booking_id)
        return int(self._connection.execute(query).scalar_one())

    def used(self, methods: Sequence[Tender]) -> list[Tender]:
        first = [select(payments.c.provider).where(payments.c.provider == method).limit(1) for method in methods]
        found = set(self._connection.execute(union_all(*(select(each.subquery()) for each in first))).scalars())
        return [method for method in methods if method in found]

    def beside_tills(
        self, method: str, since: datetime, until: datetime
    ) -> tuple[int, list[tuple[UUID, UUID | None, int, int]]]:
        asked = {"method": method, "since": since, "until": until}
        rows = self._connection.execute(BESIDE_TILLS, asked).all()
        differing = [(row.payment_id, row.refund_id, row.counted, row.entered) for row in rows if row.differs]
        return sum(row.entered != 0 for row in rows), differing

    def page(self, after: UUID, limit: int) -> list[UUID]:
        query = select(payments.c.id).where(payments.c.id > after).order_by(payments.c.id).limit(limit)
        return list(self._connection.execute(query).scalars())

    def differences(self, payments: Sequence[UUID]) -> list[tuple[UUID, UUID | None, int, int]]:
        rows = self._connection.execute(DIFFERENCES, {"payments": [str(payment) for payment in payments]})
        return [(row.payment_id, row.refund_id, row.moved, row.entered) for row in rows]


# Only cash has to be in a till: other means are entered in the one that happens to be open.
BESIDE_TILLS = text("""
    WITH entered AS (
        SELECT l.payment_id, l.refund_id, l.amount
        FROM payment.ledger l JOIN payment.payments p ON p.id = l.payment_id
        LEFT JOIN payment.refunds r ON r.id = l.refund_id
        WHERE p.provider = :method AND l.at >= :since AND l.at < :until AND r.to_balance IS NOT TRUE
    ), counted AS (
        SELECT payment_id, refund_id, amount FROM payment.till_entries
        WHERE method = :method AND payment_id IS NOT NULL AND at >= :since AND at < :until
    )
    SELECT coalesce(c.payment_id, e.payment_id) AS payment_id, coalesce(c.refund_id, e.refund_id) AS refund_id,
           coalesce(c.amount, 0) AS counted, coalesce(e.amount, 0) AS entered,
           c.amount IS DISTINCT FROM e.amount AND (c.amount IS NOT NULL OR :method = 'cash') AS differs
    FROM entered e FULL JOIN counted c
        ON coalesce(c.refund_id, c.payment_id) = coalesce(e.refund_id, e.payment_id)
    ORDER BY 1, 2
""")
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
