"""All SQL of refunds."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, exists, func, insert, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.job_failures import not_put_off, reading
from payment import tables as t
from payment import tables_money as m
from payment.domain_refunds import OPEN, TURNED_AWAY, Refund
from payment.errors import RefundNotFoundError
from payment.ports import POLL_REFUNDS
from shared_schemas.common import SignedMoney
from shared_schemas.reconciliation import LedgerEntry

FIELDS = tuple(field.name for field in fields(Refund))
LOCK_BOOKING = text("SELECT pg_advisory_xact_lock(:key)")


class RefundRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, refund: Refund) -> bool:
        """Save it; False where its cause asked for one of this payment before."""
        values = {name: getattr(refund, name) for name in FIELDS}
        statement = (
            upsert(m.refunds)
            .values(**values)
            .on_conflict_do_nothing(constraint="refunds_once_key")
            .returning(m.refunds.c.id)
        )
        return self._connection.execute(statement).one_or_none() is not None

    def get(self, refund_id: UUID) -> Refund:
        row = self._connection.execute(select(m.refunds).where(m.refunds.c.id == refund_id)).one_or_none()
        if row is None:
            raise RefundNotFoundError(refund_id=str(refund_id))
        return _refund(row)

    def of_payment(self, payment_id: UUID) -> list[Refund]:
        query = select(m.refunds).where(m.refunds.c.payment_id == payment_id).order_by(m.refunds.c.position)
        return [_refund(row) for row in self._connection.execute(query)]

    def asked(self, payment_id: UUID) -> int:
        return self._sum(m.refunds.c.payment_id == payment_id, m.refunds.c.status != "failed")

    def sent(self, payment_id: UUID) -> int:
        c = m.refunds.c
        waits = (c.status == "creating") & (c.attempts == 0)
        return self._sum(c.payment_id == payment_id, c.status != "failed", ~waits)

    def refunded(self, payment_id: UUID) -> int:
        return self._sum(m.refunds.c.payment_id == payment_id, m.refunds.c.status == "succeeded")

    def collected(self, booking_id: UUID) -> int:
        """Locked by a statement of its own: the one after it sees what whoever had the lock has committed."""
        key = int.from_bytes(booking_id.bytes[:8], "big", signed=True)
        self._connection.execute(LOCK_BOOKING, {"key": key})
        payment = t.payments.c
        query = select(func.coalesce(func.sum(payment.taken), 0)).where(payment.booking_id == booking_id, counted())
        return int(self._connection.execute(query).scalar_one())

    def returned(self, booking_id: UUID) -> int:
        payments = select(t.payments.c.id).where(t.payments.c.booking_id == booking_id, counted())
        return self._sum(m.refunds.c.payment_id.in_(payments), m.refunds.c.status != "failed")

    def due(self, now: datetime, refund_id: UUID | None, without: Collection[str]) -> Refund | None:
        """One that another worker has is skipped, and so is one whose payment has an earlier refund still open."""
        refund = m.refunds.c
        earlier = m.refunds.alias("earlier")
        first = ~exists().where(
            earlier.c.payment_id == refund.payment_id,
            earlier.c.status.in_(OPEN),
            earlier.c.position < refund.position,
        )
        query = (
            select(m.refunds)
            .join(t.payments, t.payments.c.id == refund.payment_id)
            .where(refund.next_attempt_at <= now, first, t.payments.c.provider.not_in(without))
            .order_by(refund.next_attempt_at, refund.position)
            .limit(1)
            .with_for_update(of=m.refunds, skip_locked=True)
        )
        if refund_id:
            query = query.where(refund.id == refund_id)
        else:
            query = query.where(not_put_off(t.delivery.failures, POLL_REFUNDS, refund.id, now))
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        with reading(row.id):
            return _refund(row)

    def claim(self, refund: Refund) -> None:
        """The version is that of what is known of a refund, and stays."""
        changes = {"attempts": refund.attempts, "next_attempt_at": refund.next_attempt_at}
        self._connection.execute(update(m.refunds).where(m.refunds.c.id == refund.id).values(**changes))

    def update(self, before: Refund, after: Refund) -> bool:
        """Store the new state; False where somebody changed the refund since `before`."""
        names = (
            "status",
            "version",
            "key",
            "gateway_refund_id",
            "attempts",
            "next_attempt_at",
            "failure",
            "settled_at",
            "decided_by",
            "decision",
        )
        key = tuple_(m.refunds.c.id, m.refunds.c.version) == tuple_(before.id, before.version)
        values = {name: getattr(after, name) for name in names}
        return self._connection.execute(update(m.refunds).where(key).values(**values)).rowcount == 1

    def _sum(self, *which: ColumnElement[bool]) -> int:
        query = select(func.coalesce(func.sum(m.refunds.c.amount), 0)).where(*which)
        return int(self._connection.execute(query).scalar_one())


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
        self._connection.execute(insert(m.ledger).values(**values, amount=amount, at=at))

    def entries(self, booking_id: UUID) -> list[LedgerEntry]:
        query = select(m.ledger).where(m.ledger.c.booking_id == booking_id).order_by(m.ledger.c.id)
        return [_entry(row) for row in self._connection.execute(query)]

    def balance(self, booking_id: UUID) -> int:
        query = select(func.coalesce(func.sum(m.ledger.c.amount), 0)).where(m.ledger.c.booking_id == booking_id)
        return int(self._connection.execute(query).scalar_one())

    def page(self, after: UUID, limit: int) -> list[UUID]:
        payments = select(t.payments.c.id).where(t.payments.c.id > after).order_by(t.payments.c.id).limit(limit)
        return list(self._connection.execute(payments).scalars())

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


def counted() -> ColumnElement[bool]:
    """Payments that were collected, and count for their booking."""
    turned_away = exists().where(m.refunds.c.payment_id == t.payments.c.id, m.refunds.c.cause.in_(TURNED_AWAY))
    return (t.payments.c.status == "succeeded") & ~turned_away


def _refund(row: Row[Any]) -> Refund:
    return Refund(**{name: getattr(row, name) for name in FIELDS})


def _entry(row: Row[Any]) -> LedgerEntry:
    values = {name: getattr(row, name) for name in ("kind", "payment_id", "refund_id", "at")}
    return LedgerEntry(**values, amount=SignedMoney(amount=row.amount))
