"""All SQL of the payment service."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Connection,
    Row,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    insert,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from core.database import DEFERRED
from core.job_failures import not_put_off, reading
from core.unit_of_work import UnitOfWork
from payment import tables as t
from payment import tables_money as m
from payment.domain import OPEN, Attempt
from payment.domain_gateway import GatewayPayment
from payment.errors import ConcurrentUpdateError, PaymentNotFoundError
from payment.ports import POLL_ATTEMPTS
from payment.providers.base import Notification
from payment.repository_checks import LedgerCheckRepository
from payment.repository_receipts import ReceiptRepository
from payment.repository_reconciliation import ReconciliationRepository
from payment.repository_refunds import LedgerRepository, RefundRepository, counted
from shared_schemas.common import Money

IN_PAYMENTS = tuple(column.name for column in t.payments.columns if column.name not in ("id", "amount", "currency"))
OPEN_STATUS = t.payments.c.status.in_(OPEN)

LOCK_PAYER = text("SELECT pg_advisory_xact_lock(hashtextextended('payments:' || :customer_id, 0))")


class PaymentUnitOfWork(UnitOfWork):
    """A transaction on the payment schema."""

    attempts: "AttemptRepository"
    notifications: "NotificationRepository"
    refunds: RefundRepository
    ledger: LedgerRepository
    ledger_checks: LedgerCheckRepository
    receipts: ReceiptRepository
    reconciliations: ReconciliationRepository

    def _open(self) -> None:
        self.attempts = AttemptRepository(self.connection)
        self.notifications = NotificationRepository(self.connection)
        self.refunds = RefundRepository(self.connection)
        self.ledger = LedgerRepository(self.connection)
        self.ledger_checks = LedgerCheckRepository(self.connection)
        self.receipts = ReceiptRepository(self.connection)
        self.reconciliations = ReconciliationRepository(self.connection)


class AttemptRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, attempt: Attempt, poll_at: datetime) -> Attempt:
        """Save it, unless an open one asks for the same thing: then that one, which serves the newer wish from now on.
        The unique index settles who was first."""
        values = {name: getattr(attempt, name) for name in IN_PAYMENTS}
        money = {"amount": attempt.amount.amount, "currency": attempt.amount.currency}
        row = upsert(t.payments).values(id=attempt.payment_id, **money, **values)
        newest: dict[str, Any] = {"purpose": row.excluded.purpose}
        for name in ("covers", "booking_version"):
            newest[name] = func.greatest(t.payments.c[name], row.excluded[name])
        same = ["booking_id", "provider", "method", "amount"]
        saved = row.on_conflict_do_update(index_elements=same, index_where=t.OPEN, set_=newest)
        payment_id = self._connection.execute(saved.returning(t.payments.c.id)).scalar_one()
        if payment_id != attempt.payment_id:
            return self.get(payment_id)
        self._connection.execute(
            insert(t.attempts).values(
                id=attempt.id, payment_id=attempt.payment_id, provider=attempt.provider, next_poll_at=poll_at
            )
        )
        return attempt

    def lock_payer(self, customer_id: UUID) -> None:
        self._connection.execute(LOCK_PAYER, {"customer_id": str(customer_id)}, execution_options=DEFERRED)

    def open_of(self, customer_id: UUID, now: datetime) -> list[datetime]:
        payments = t.payments.c
        mine = select(payments.expires_at).where(payments.customer_id == customer_id, t.OPEN, payments.expires_at > now)
        return list(self._connection.execute(mine).scalars())

    def get(self, payment_id: UUID, *, lock: bool = False) -> Attempt:
        query = _attempts().where(t.payments.c.id == payment_id)
        if lock:
            query = query.with_for_update(of=t.payments, key_share=True)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise PaymentNotFoundError(payment_id=str(payment_id))
        return _attempt(row)

    def find(self, provider: str, gateway_payment_id: str, attempt_id: str | None) -> Attempt | None:
        """The gateway's id may not be stored yet when its first webhook arrives; ours travels in the metadata."""
        ours = t.attempts.c.gateway_payment_id == gateway_payment_id
        if own := _uuid(attempt_id):
            ours |= t.attempts.c.id == own
        exact = (t.attempts.c.gateway_payment_id == gateway_payment_id).desc().nulls_last()
        query = _attempts().where(t.attempts.c.provider == provider, ours).order_by(exact).limit(1)
        row = self._connection.execute(query).one_or_none()
        return _attempt(row) if row else None

    def of_booking(self, booking_id: UUID, customer_id: UUID | None) -> list[Attempt]:
        query = _attempts().where(t.payments.c.booking_id == booking_id)
        if customer_id:
            query = query.where(t.payments.c.customer_id == customer_id)
        rows = self._connection.execute(query.order_by(t.payments.c.created_at, t.payments.c.id))
        return [_attempt(row) for row in rows]

    def counted(self, booking_id: UUID) -> list[Attempt]:
        """Locked in the order of their ids, so that nobody waits in a circle."""
        query = _attempts().where(t.payments.c.booking_id == booking_id, counted()).order_by(t.payments.c.id)
        rows = self._connection.execute(query.with_for_update(of=t.payments, key_share=True))
        return [_attempt(row) for row in rows]

    def open(self, booking_id: UUID) -> list[Attempt]:
        query = _attempts().where(t.payments.c.booking_id == booking_id, OPEN_STATUS).order_by(t.payments.c.id)
        return [_attempt(row) for row in self._connection.execute(query)]

    def created(self, provider: str, since: datetime, until: datetime) -> list[Attempt]:
        created_at = t.payments.c.created_at
        query = _attempts().where(t.attempts.c.provider == provider, created_at >= since, created_at < until)
        return [_attempt(row) for row in self._connection.execute(query.order_by(created_at, t.payments.c.id))]

    def known(self, provider: str, listed: Collection[GatewayPayment]) -> list[Attempt]:
        """By arrays: a month's list is longer than a statement may have parameters."""
        theirs = bindparam("theirs", [payment.id for payment in listed], ARRAY(Text))
        ours = bindparam("ours", [own for payment in listed if (own := _uuid(payment.attempt_id))], ARRAY(Uuid))
        behind = (t.attempts.c.gateway_payment_id == any_(theirs)) | (t.attempts.c.id == any_(ours))
        query = _attempts().where(t.attempts.c.provider == provider, behind)
        return [_attempt(row) for row in self._connection.execute(query)]

    def update(self, before: Attempt, after: Attempt) -> None:
        """Store the new state if nobody changed the payment meanwhile."""
        key = tuple_(t.payments.c.id, t.payments.c.version) == tuple_(before.payment_id, before.version)
        state = {"status": after.status, "version": after.version, "reason": after.reason, "taken": after.taken}
        if self._connection.execute(update(t.payments).where(key).values(**state)).rowcount != 1:
            raise ConcurrentUpdateError
        facts: dict[str, Any] = {
            "gateway_payment_id": after.gateway_payment_id,
            "confirmation_url": after.confirmation_url,
        }
        if after.is_over:
            facts["next_poll_at"] = None
        self._connection.execute(update(t.attempts).where(t.attempts.c.id == after.id).values(**facts))

    def due(self, now: datetime, without: Collection[str]) -> Attempt | None:
        """One that another poller has is skipped."""
        query = (
            _attempts()
            .where(
                t.attempts.c.next_poll_at <= now,
                t.attempts.c.provider.not_in(without),
                not_put_off(t.delivery.failures, POLL_ATTEMPTS, t.attempts.c.payment_id, now),
            )
            .order_by(t.attempts.c.next_poll_at)
            .limit(1)
            .with_for_update(of=t.attempts, skip_locked=True)
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        with reading(row.id):
            return _attempt(row)

    def postpone(self, attempt: Attempt, poll_at: datetime | None) -> None:
        self._connection.execute(update(t.attempts).where(t.attempts.c.id == attempt.id).values(next_poll_at=poll_at))


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
                event=notification.event,
                object_id=notification.object_id,
                status=notification.status,
                gateway_payment_id=notification.gateway_payment_id,
                body=body,
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

    def body(self, notification_id: UUID) -> str:
        query = select(t.notifications.c.body).where(t.notifications.c.id == notification_id)
        return str(self._connection.execute(query).scalar_one())

    def get(self, notification_id: UUID) -> tuple[UUID, str]:
        columns = (t.notifications.c.payment_id, t.notifications.c.gateway_payment_id)
        row = self._connection.execute(select(*columns).where(t.notifications.c.id == notification_id)).one()
        return row.payment_id, row.gateway_payment_id

    def objects(self, provider: str, event: str, among: Sequence[str]) -> set[str]:
        told = t.notifications.c
        query = select(told.object_id).where(told.provider == provider, told.event == event)
        return set(self._connection.execute(query.where(told.object_id.in_(among))).scalars())


def _columns() -> tuple[Any, ...]:
    names = (t.attempts.c.id.label("attempt_id"), t.attempts.c.gateway_payment_id, t.attempts.c.confirmation_url)
    refunds = m.refunds.c
    back = select(func.coalesce(func.sum(refunds.amount), 0)).where(
        refunds.payment_id == t.payments.c.id, refunds.status == "succeeded"
    )
    return (*t.payments.columns, *names, back.scalar_subquery().label("refunded"))


def _attempts() -> Select[Any]:
    return select(*_columns()).join(t.attempts, t.attempts.c.payment_id == t.payments.c.id)


def _attempt(row: Row[Any]) -> Attempt:
    values: Mapping[str, Any] = {name: getattr(row, name) for name in IN_PAYMENTS}
    return Attempt(
        id=row.attempt_id,
        payment_id=row.id,
        amount=Money(amount=row.amount, currency=row.currency),
        gateway_payment_id=row.gateway_payment_id,
        confirmation_url=row.confirmation_url,
        refunded=int(row.refunded),
        **values,
    )


def _uuid(value: str | None) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        return None
