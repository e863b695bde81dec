"""SQL for money that is held."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, select, text, update

from core.http.paging import Cursor, behind
from core.postgres.database import DEFERRED
from core.postgres.rows import locked
from core.postgres.stored_fields import StoredFields
from payment.held_money import tables as t
from payment.held_money.domain import Entry, Held
from payment.receipts.advances import Advance

HELD = StoredFields(Held, t.held)
ENTRY = StoredFields(Entry, t.entries, apart=["receipt"])
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('balance:' || :customer_id, 0))")
CHANGING = ("remaining", "worth", "customer_id", "closed_at")


class HeldMoneyRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, held: Held) -> None:
        self._connection.execute(insert(t.held).values(**HELD.values(held)))

    def get(self, held_id: UUID, *, lock: bool = False) -> Held | None:
        return self._one(t.held.c.id == held_id, lock=lock)

    def balance(self, customer_id: UUID) -> Held | None:
        return self._one((t.held.c.customer_id == customer_id) & t.BALANCES, lock=False)

    def locked_balance(self, customer_id: UUID, now: datetime) -> Held:
        """Whoever opens, joins or changes a balance does so alone: also one that is not there yet."""
        self._lock([customer_id])
        found = self._one((t.held.c.customer_id == customer_id) & t.BALANCES, lock=True)
        if found is None:
            found = Held(uuid4(), "balance", customer_id, now)
            self.add(found)
        return found

    def locked_balances(self, customer_ids: Sequence[UUID]) -> list[Held]:
        """In the order of their ids, to avoid deadlocks."""
        self._lock(customer_ids)
        query = select(t.held).where(t.held.c.customer_id.in_(customer_ids), t.BALANCES).order_by(t.held.c.id)
        return [_held(row) for row in self._connection.execute(locked(query, lock=True))]

    def enter(self, held: Held, entry: Entry, note: str | None = None) -> None:
        """The state after an entry, and the entry, once: the database refuses a second one of its id."""
        receipt = vars(entry.receipt) if entry.receipt else None
        self._connection.execute(insert(t.entries).values(**ENTRY.values(entry), receipt=receipt))
        self.store(held)
        if note:
            self._connection.execute(insert(t.notes).values(entry_id=entry.id, note=note))

    def store(self, held: Held) -> None:
        values = {name: value for name, value in HELD.values(held).items() if name in CHANGING}
        self._connection.execute(update(t.held).where(t.held.c.id == held.id).values(**values))

    def hand_over(self, customer_ids: Sequence[UUID], owner_id: UUID) -> None:
        theirs = t.held.c.customer_id.in_(customer_ids)
        self._connection.execute(update(t.held).where(theirs).values(customer_id=owner_id))

    def entry(self, entry_id: UUID) -> Entry | None:
        row = self._connection.execute(select(t.entries).where(t.entries.c.id == entry_id)).one_or_none()
        return _entry(row) if row else None

    def spent(self, payment_id: UUID) -> Entry | None:
        query = select(t.entries).where(t.entries.c.payment_id == payment_id, t.entries.c.kind == "payment")
        row = self._connection.execute(query).one_or_none()
        return _entry(row) if row else None

    def returned(self, payment_id: UUID) -> int:
        """What went back of a payment, in kopecks."""
        c = t.entries.c
        query = select(func.coalesce(-func.sum(c.price), 0)).where(c.payment_id == payment_id, c.kind == "returned")
        return int(self._connection.execute(query).scalar_one())

    def came(self, held_id: UUID) -> Advance | None:
        """The newest receipt of money that came for it."""
        c = t.entries.c
        query = select(c.receipt).where(c.held_id == held_id, c.receipt.is_not(None), c.worth > 0)
        row = self._connection.execute(query.order_by(c.at.desc(), c.id).limit(1)).one_or_none()
        return Advance(**row.receipt) if row else None

    def payments_between(self, kind: str, since: datetime, until: datetime) -> list[Entry]:
        c = t.entries.c
        query = select(t.entries).join(t.held, t.held.c.id == c.held_id)
        query = query.where(t.held.c.kind == kind, c.kind == "payment", c.at >= since, c.at < until)
        return [_entry(row) for row in self._connection.execute(query.order_by(c.at, c.id))]

    def page(self, held_id: UUID, after: Cursor | None, limit: int) -> list[tuple[Entry, str | None]]:
        return [(_entry(row), row.note) for row in self._connection.execute(self.listing(held_id, after, limit))]

    def listing(self, held_id: UUID, after: Cursor | None, limit: int) -> Select[Any]:
        """The statement behind `page`: newest first."""
        c, conditions = t.entries.c, list[ColumnElement[bool]]()
        if after:
            conditions.append(behind(after, c.at, c.id))
        query = select(t.entries, t.notes.c.note).outerjoin(t.notes, t.notes.c.entry_id == c.id)
        return query.where(c.held_id == held_id, *conditions).order_by(c.at.desc(), c.id).limit(limit)

    def forget_notes(self, customer_id: UUID) -> None:
        theirs = select(t.entries.c.id).join(t.held, t.held.c.id == t.entries.c.held_id)
        theirs = theirs.where(t.held.c.customer_id == customer_id)
        self._connection.execute(delete(t.notes).where(t.notes.c.entry_id.in_(theirs)))

    def left_to(self, customer_id: UUID) -> list[Held]:
        """What is still held for somebody, of every kind."""
        query = select(t.held).where(t.held.c.customer_id == customer_id, t.held.c.remaining > 0).order_by(t.held.c.id)
        return [_held(row) for row in self._connection.execute(query)]

    def _lock(self, customer_ids: Sequence[UUID]) -> None:
        for customer_id in sorted(customer_ids):
            self._connection.execute(LOCK, {"customer_id": str(customer_id)}, execution_options=DEFERRED)

    def _one(self, which: ColumnElement[bool], *, lock: bool) -> Held | None:
        row = self._connection.execute(locked(select(t.held).where(which), lock=lock)).one_or_none()
        return _held(row) if row else None


def _held(row: Row[Any]) -> Held:
    return Held(**HELD.read(row))


def _entry(row: Row[Any]) -> Entry:
    return Entry(**ENTRY.read(row), receipt=Advance(**row.receipt) if row.receipt else None)
