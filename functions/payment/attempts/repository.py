"""SQL for payments and the attempts to collect them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    insert,
    literal,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from core.http.paging import Cursor, behind
from core.job_failures import not_put_off, reading
from core.postgres.database import DEFERRED
from core.postgres.rows import one, unique
from core.postgres.stored_fields import StoredFields
from payment.attempts import tables as t
from payment.attempts.domain import OPEN, Attempt
from payment.attempts.errors import ConcurrentUpdateError, PaymentNotFoundError, VisitBeingPaidError
from payment.attempts.ports import POLL_ATTEMPTS
from payment.attempts.wholes import lead_of, whole_of
from payment.gateways.words import GatewayPayment
from payment.tables import delivery
from shared_schemas.common import Money
from shared_schemas.payment.payments import PaymentsQuery

# An attempt is a row of two tables: its payment, and how that goes at the gateway.
AT_GATEWAY = ("gateway_payment_id", "confirmation_url")
PAYMENT = StoredFields(Attempt, t.payments, apart=["id", "payment_id", "amount", "refunded", "credited", *AT_GATEWAY])
FIXED = (
    "booking_id", "booking_number", "customer_id", "provider", "method", "purpose", "two_stage", "covers",
    "booking_version", "return_url", "correlation_id", "expires_at", "created_at", "taken_by", "note", "money",
    "whole_id", "whole_amount",
)  # fmt: skip
OPEN_STATUS = t.payments.c.status.in_(OPEN)

LOCK_PAYER = text("SELECT pg_advisory_xact_lock(hashtextextended('payments:' || :payer, 0))")


class AttemptRepository:
    """Refunds know these of a payment: `refunded`, what has gone back as it was paid; `credited`, what to a balance;
    `counted`, whether it counts for its booking."""

    def __init__(
        self,
        connection: Connection,
        refunded: ScalarSelect[Any],
        credited: ScalarSelect[Any],
        counted: ColumnElement[bool],
    ) -> None:
        self._connection = connection
        self._gone = (refunded.label("refunded"), credited.label("credited"))
        self._counted = counted

    def add(self, attempt: Attempt, poll_at: datetime | None) -> Attempt:
        """Save it, unless there is an open one for the same thing: then that one, updated to the newer request. The
        unique
        index decides who was first."""
        money = {"amount": attempt.amount.amount, "currency": attempt.amount.currency}
        row = upsert(t.payments).values(id=attempt.payment_id, **money, **PAYMENT.values(attempt))
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

    def add_parts(self, parts: Sequence[Attempt], poll_at: datetime) -> Attempt:
        """The first of them stands for all at the gateway, so the others have no row there."""
        for part in parts:
            values = PAYMENT.values(part) | {"amount": part.amount.amount, "currency": part.amount.currency}
            with unique("payments_one_open", VisitBeingPaidError(number=part.booking_number)):
                self._connection.execute(insert(t.payments).values(id=part.payment_id, **values))
        lead = lead_of(parts)
        at_gateway = {"id": lead.id, "payment_id": lead.payment_id, "provider": lead.provider, "next_poll_at": poll_at}
        self._connection.execute(insert(t.attempts).values(at_gateway))
        return lead

    def parts(self, attempt: Attempt, *, lock: bool = False) -> list[Attempt]:
        """In the order of their bookings, to avoid deadlocks."""
        if attempt.whole_id is None:
            return [self.get(attempt.payment_id, lock=True)] if lock else [attempt]
        c = t.payments.c
        query = self._attempts().where(c.whole_id == attempt.whole_id).order_by(c.booking_id)
        query = self._locked(query) if lock else query
        return [_attempt(row) for row in self._connection.execute(query)]

    def lock_payer(self, payer: UUID) -> None:
        self._connection.execute(LOCK_PAYER, {"payer": str(payer)}, execution_options=DEFERRED)

    def open_of(self, customer_ids: Collection[UUID], now: datetime) -> list[datetime]:
        payments = t.payments.c
        own = payments.whole_id.is_(None) | (payments.whole_id == payments.id)
        theirs = payments.customer_id == any_(literal(list(customer_ids), ARRAY(Uuid)))
        mine = select(payments.expires_at).where(theirs, t.OPEN, payments.expires_at > now)
        return list(self._connection.execute(mine.where(own)).scalars())

    def get(self, payment_id: UUID, *, lock: bool = False) -> Attempt:
        query = self._attempts().where(t.payments.c.id == payment_id)
        query = self._locked(query) if lock else query
        row = one(self._connection, query, PaymentNotFoundError(payment_id=str(payment_id)))
        return _attempt(row)

    def find(self, provider: str, gateway_payment_id: str, attempt_id: str | None) -> Attempt | None:
        """The gateway's id may not be stored yet when its first webhook arrives; ours travels in the metadata."""
        ours = t.attempts.c.gateway_payment_id == gateway_payment_id
        if own := _uuid(attempt_id):
            ours |= t.attempts.c.id == own
        exact = (t.attempts.c.gateway_payment_id == gateway_payment_id).desc().nulls_last()
        query = self._leads().where(t.attempts.c.provider == provider, ours).order_by(exact).limit(1)
        row = self._connection.execute(query).one_or_none()
        return _attempt(row) if row else None

    def of_whole(self, whole_id: UUID) -> list[Attempt]:
        query = self._attempts().where(t.payments.c.whole_id == whole_id)
        return sorted(map(_attempt, self._connection.execute(query)), key=lambda part: str(part.booking_id))

    def of_booking(self, booking: UUID | str) -> list[Attempt]:
        named = t.payments.c.booking_number if isinstance(booking, str) else t.payments.c.booking_id
        # Sorted here: there are few, and an order that is asked for leads PostgreSQL to the index of all by time.
        found = [_attempt(row) for row in self._connection.execute(self._attempts().where(named == booking))]
        return sorted(found, key=lambda attempt: (attempt.created_at, attempt.payment_id))

    def page(self, query: PaymentsQuery, after: Cursor | None, limit: int) -> list[Attempt]:
        return [_attempt(row) for row in self._connection.execute(self.search(query, after, limit))]

    def search(self, query: PaymentsQuery, after: Cursor | None, limit: int) -> Select[Any]:
        """The statement behind `page`."""
        c, equal = t.payments.c, query.model_dump(include={"method", "provider"}, exclude_none=True)
        conditions = [c[name] == value for name, value in equal.items()]
        if query.from_ and query.to:
            conditions += [c.created_at >= query.from_, c.created_at < query.to]
        if after:
            conditions.append(behind(after, c.created_at, c.id))
        return self._attempts().where(*conditions).order_by(c.created_at.desc(), c.id).limit(limit)

    def counted(self, booking_id: UUID) -> list[Attempt]:
        """Locked in the order of their ids, to avoid deadlocks."""
        query = self._attempts().where(t.payments.c.booking_id == booking_id, self._counted).order_by(t.payments.c.id)
        return [_attempt(row) for row in self._connection.execute(self._locked(query))]

    def open(self, booking_id: UUID) -> list[Attempt]:
        query = self._attempts().where(t.payments.c.booking_id == booking_id, OPEN_STATUS).order_by(t.payments.c.id)
        return [_attempt(row) for row in self._connection.execute(query)]

    def created(self, provider: str, since: datetime, until: datetime) -> list[Attempt]:
        created_at = t.payments.c.created_at
        query = self._leads().where(t.attempts.c.provider == provider, created_at >= since, created_at < until)
        return self._wholes(query.order_by(created_at, t.payments.c.id))

    def known(self, provider: str, listed: Collection[GatewayPayment]) -> list[Attempt]:
        """By arrays: a month's list is longer than a statement may have parameters."""
        theirs = bindparam("theirs", [payment.id for payment in listed], ARRAY(Text))
        ours = bindparam("ours", [own for payment in listed if (own := _uuid(payment.attempt_id))], ARRAY(Uuid))
        behind = (t.attempts.c.gateway_payment_id == any_(theirs)) | (t.attempts.c.id == any_(ours))
        return self._wholes(self._leads().where(t.attempts.c.provider == provider, behind))

    def update(self, before: Attempt, after: Attempt) -> None:
        """Store the new state if nobody changed the payment meanwhile."""
        key = tuple_(t.payments.c.id, t.payments.c.version) == tuple_(before.payment_id, before.version)
        state = PAYMENT.values(after, but=FIXED)
        if self._connection.execute(update(t.payments).where(key).values(**state)).rowcount != 1:
            raise ConcurrentUpdateError
        facts: dict[str, Any] = {name: getattr(after, name) for name in AT_GATEWAY}
        if after.is_over:
            facts["next_poll_at"] = None
        self._connection.execute(update(t.attempts).where(t.attempts.c.id == after.id).values(**facts))

    def due(self, now: datetime, without: Collection[str]) -> Attempt | None:
        """One that another poller has is skipped."""
        query = (
            self._leads()
            .where(
                t.attempts.c.next_poll_at <= now,
                t.attempts.c.provider.not_in(without),
                not_put_off(delivery.failures, POLL_ATTEMPTS, t.attempts.c.payment_id, now),
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

    def _wholes(self, query: Select[Any]) -> list[Attempt]:
        """As their gateway has them: those of several visits as one."""
        found = [_attempt(row) for row in self._connection.execute(query)]
        return [whole_of(self.parts(attempt)) if attempt.whole_id else attempt for attempt in found]

    def _attempts(self) -> Select[Any]:
        """Every payment, with what its gateway knows of it or of the whole that it is a part of."""
        return self._joined(func.coalesce(t.payments.c.whole_id, t.payments.c.id))

    def _locked(self, query: Select[Any]) -> Select[Any]:
        """A statement that waits for a lock sees of all other tables what was true before it waited: the page at the
        gateway and what went back are read by the next one."""
        locking = query.with_for_update(of=t.payments, key_share=True)
        waits = locking.with_only_columns(t.payments.c.id, maintain_column_froms=True)
        self._connection.execute(waits, execution_options=DEFERRED)
        return locking

    def _leads(self) -> Select[Any]:
        """One payment for each that a gateway knows."""
        return self._joined(t.payments.c.id)

    def _joined(self, payment_id: ColumnElement[Any]) -> Select[Any]:
        theirs = (t.attempts.c.id.label("attempt_id"), *(t.attempts.c[name] for name in AT_GATEWAY))
        columns = (*t.payments.columns, *theirs, *self._gone)
        return select(*columns).join(t.attempts, t.attempts.c.payment_id == payment_id)


def _attempt(row: Row[Any]) -> Attempt:
    values: Mapping[str, Any] = {**PAYMENT.read(row), **{name: getattr(row, name) for name in AT_GATEWAY}}
    return Attempt(
        id=row.attempt_id,
        payment_id=row.id,
        amount=Money(amount=row.amount, currency=row.currency),
        refunded=int(row.refunded),
        credited=int(row.credited),
        **values,
    )


def _uuid(value: str | None) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        return None
