"""SQL for refunds."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from core.job_failures import reading
from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from payment.attempts import tables as t
from payment.attempts.turns_repository import Turns
from payment.refunds import tables as m
from payment.refunds.domain.promises import Promises
from payment.refunds.domain.refund import OPEN, TURNED_AWAY, StoredRefund
from payment.refunds.errors import RefundNotFoundError
from payment.refunds.ports import POLL_REFUNDS
from shared_schemas.promises import Promise

TURNS = Turns(m.refunds, POLL_REFUNDS, m.refunds.c.position)
FIELDS = StoredFields(StoredRefund, m.refunds)
FIXED = (
    "id", "payment_id", "booking_id", "customer_id", "amount", "reason", "comment", "cause", "requested_by",
    "created_at", "to_balance",
)  # fmt: skip
LOCK_BOOKING = text("SELECT pg_advisory_xact_lock(:key)")


class RefundRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, refund: StoredRefund) -> bool:
        """Save it; False if its cause asked for one of this payment before."""
        statement = (
            upsert(m.refunds)
            .values(**FIELDS.values(refund))
            .on_conflict_do_nothing(constraint="refunds_once_key")
            .returning(m.refunds.c.id)
        )
        return self._connection.execute(statement).one_or_none() is not None

    def get(self, refund_id: UUID) -> StoredRefund:
        query = select(m.refunds).where(m.refunds.c.id == refund_id)
        row = one(self._connection, query, RefundNotFoundError(refund_id=str(refund_id)))
        return _refund(row)

    def of_payment(self, payment_id: UUID) -> list[StoredRefund]:
        query = select(m.refunds).where(m.refunds.c.payment_id == payment_id).order_by(m.refunds.c.position)
        return [_refund(row) for row in self._connection.execute(query)]

    def of_booking(self, booking_id: UUID) -> list[StoredRefund]:
        payments = select(t.payments.c.id).where(t.payments.c.booking_id == booking_id, counted())
        query = select(m.refunds).where(m.refunds.c.payment_id.in_(payments)).order_by(m.refunds.c.position)
        return [_refund(row) for row in self._connection.execute(query)]

    def take_out(self, payment_id: UUID) -> None:
        self._connection.execute(update(m.refunds).where(m.refunds.c.payment_id == payment_id).values(promised=None))

    def asked(self, payment_id: UUID) -> int:
        return self._sum(m.refunds.c.payment_id == payment_id, m.refunds.c.status != "failed")

    def sent(self, payment_id: UUID) -> int:
        c = m.refunds.c
        waits = (c.status == "creating") & (c.attempts == 0)
        return self._sum(c.payment_id == payment_id, c.status != "failed", ~waits, ~c.to_balance)

    def asked_there(self, payment_id: UUID) -> int:
        c = m.refunds.c
        return self._sum(c.payment_id == payment_id, c.status != "failed", ~c.to_balance)

    def refunded(self, payment_id: UUID) -> int:
        c = m.refunds.c
        return self._sum(c.payment_id == payment_id, c.status == "succeeded", ~c.to_balance)

    def collected(self, booking_id: UUID) -> int:
        """Locked by a statement of its own: the next one sees what the former lock holder has committed."""
        key = int.from_bytes(booking_id.bytes[:8], "big", signed=True)
        self._connection.execute(LOCK_BOOKING, {"key": key})
        payment = t.payments.c
        query = select(func.coalesce(func.sum(payment.taken), 0)).where(payment.booking_id == booking_id, counted())
        return int(self._connection.execute(query).scalar_one())

    def returned(self, booking_id: UUID) -> int:
        payments = select(t.payments.c.id).where(t.payments.c.booking_id == booking_id, counted())
        return self._sum(m.refunds.c.payment_id.in_(payments), m.refunds.c.status != "failed")

    def due(self, now: datetime, refund_id: UUID | None, without: Collection[str]) -> StoredRefund | None:
        """One whose payment has an earlier refund still open is skipped, too."""
        refund = m.refunds.c
        earlier = m.refunds.alias("earlier")
        first = ~exists().where(
            earlier.c.payment_id == refund.payment_id,
            earlier.c.status.in_(OPEN),
            earlier.c.position < refund.position,
        )
        # Payments that are one at their gateway are one here, too.
        part = t.payments.alias("part")
        of_whole = earlier.join(part, part.c.id == earlier.c.payment_id)
        alone = ~exists().select_from(of_whole).where(
            part.c.whole_id == t.payments.c.whole_id,
            earlier.c.status.in_(OPEN),
            earlier.c.position < refund.position,
        )
        row = TURNS.due(self._connection, now, refund_id, without, first, alone)
        if row is None:
            return None
        with reading(row.id):
            return _refund(row)

    def claim(self, refund: StoredRefund) -> None:
        TURNS.claim(self._connection, refund)

    def update(self, before: StoredRefund, after: StoredRefund) -> bool:
        return TURNS.update(self._connection, before, FIELDS.values(after, but=FIXED))

    def _sum(self, *which: ColumnElement[bool]) -> int:
        query = select(func.coalesce(func.sum(m.refunds.c.amount), 0)).where(*which)
        return int(self._connection.execute(query).scalar_one())


class PromiseRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_booking(self, booking_id: UUID) -> Promises | None:
        row = self._connection.execute(select(m.promises).where(m.promises.c.booking_id == booking_id)).one_or_none()
        if row is None:
            return None
        promises = tuple(Promise.model_validate(promise) for promise in row.promises)
        return Promises(row.booking_id, row.booking_version, promises, row.plain, row.reason)

    def put(self, promises: Promises) -> None:
        values = {
            "booking_version": promises.booking_version,
            "promises": [promise.model_dump(mode="json") for promise in promises.promises],
            "plain": promises.plain,
            "reason": promises.reason,
        }
        row = upsert(m.promises).values(booking_id=promises.booking_id, **values)
        self._connection.execute(row.on_conflict_do_update(index_elements=["booking_id"], set_=values))


def _done(*, to_balance: bool) -> ScalarSelect[Any]:
    c = m.refunds.c
    done = (c.payment_id == t.payments.c.id) & (c.status == "succeeded") & (c.to_balance == to_balance)
    return select(func.coalesce(func.sum(c.amount), 0)).where(done).scalar_subquery()


REFUNDED, CREDITED = _done(to_balance=False), _done(to_balance=True)
"""Refunds of a payment that are done, in kopecks: the way it was paid, and to the customer's balance."""


def counted() -> ColumnElement[bool]:
    """Payments that were collected, and count for their booking."""
    turned_away = exists().where(m.refunds.c.payment_id == t.payments.c.id, m.refunds.c.cause.in_(TURNED_AWAY))
    return (t.payments.c.status == "succeeded") & ~turned_away


def _refund(row: Row[Any]) -> StoredRefund:
    return StoredRefund(**FIELDS.read(row))
