"""SQL for what there is only so much of: add-ons in stock and uses of promo codes, counted under one lock."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    any_,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.dialects.postgresql import insert as upsert

from booking.customers.numbers_repository import same_number
from booking.extras import tables as t
from booking.extras.add_ons import Out, peak
from booking.extras.errors import (
    AddOnNameTakenError,
    AddOnNotFoundError,
    AddOnOutOfStockError,
    PromoCodeClientLimitError,
    PromoCodeNotFoundError,
    PromoCodeTakenError,
    PromoCodeUsedUpError,
)
from booking.time.ranges import TimeRange
from core.http.paging import Cursor, behind
from core.postgres.database import DEFERRED
from core.postgres.rows import locked, one, unique
from core.postgres.stored_fields import StoredFields
from shared_schemas.booking.extras import AddOn, AddOnOrder, PromoCode

ADD_ON = StoredFields(AddOn, t.add_ons, "details")
PROMO_CODE = StoredFields(PromoCode, t.promo_codes, "details")
# One lock for all limits, so that two sales of several visits cannot deadlock.
LOCK_LIMITS: ColumnElement[None] = literal_column("pg_advisory_xact_lock(hashtextextended('booking.limits', 0))")

# From then on the trigger counts. Under the lock, no other use of the code is in progress.
COUNT_ONCE = text("""
UPDATE booking.promo_codes AS code
   SET uses = (SELECT count(*) FROM booking.promo_uses WHERE promo_code_id = code.id)
 WHERE code.code = :code AND code.uses IS NULL
""")


class AddOnRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, add_on: AddOn) -> None:
        statement = insert(t.add_ons).values(created_at=func.now(), **ADD_ON.values(add_on))
        self._write(statement, add_on)

    def update(self, add_on: AddOn) -> None:
        values = ADD_ON.values(add_on, but=("id",))
        self._write(update(t.add_ons).where(t.add_ons.c.id == add_on.id).values(**values), add_on)

    def get(self, add_on_id: UUID, *, lock: bool = False) -> AddOn:
        query = select(t.add_ons).where(t.add_ons.c.id == add_on_id)
        row = one(self._connection, locked(query, lock=lock), AddOnNotFoundError(add_on_id=str(add_on_id)))
        return _add_on(row)

    def all(self) -> list[AddOn]:
        return [_add_on(row) for row in self._connection.execute(select(t.add_ons).order_by(t.add_ons.c.name))]

    def ordered(self, orders: Sequence[AddOnOrder]) -> list[AddOn]:
        ids = [order.id for order in orders]
        rows = self._connection.execute(select(t.add_ons).where(t.add_ons.c.id.in_(ids)))
        found = {row.id: _add_on(row) for row in rows}
        if missing := [add_on_id for add_on_id in ids if add_on_id not in found]:
            raise AddOnNotFoundError(add_on_id=str(missing[0]))
        return [found[add_on_id] for add_on_id in ids]

    def claim(self, booking_id: UUID, wanted: Out, held: Out | None = None) -> None:
        self.release(booking_id)
        for add_on_id, name, stock in self._limited(wanted.quantities):
            for stretch in wanted.beyond(held, add_on_id):
                self._require_stock(add_on_id, name, stock, stretch, wanted.quantities[add_on_id])
        during = Range(wanted.during.start, wanted.during.end)
        values = [
            {"booking_id": booking_id, "add_on_id": add_on_id, "during": during, "quantity": quantity}
            for add_on_id, quantity in wanted.quantities.items()
        ]
        if values:
            self._connection.execute(insert(t.add_on_claims).values(values), execution_options=DEFERRED)

    def release(self, booking_id: UUID) -> None:
        statement = delete(t.add_on_claims).where(t.add_on_claims.c.booking_id == booking_id)
        self._connection.execute(statement, execution_options=DEFERRED)

    def _limited(self, add_on_ids: Collection[UUID]) -> list[tuple[UUID, str, int]]:
        """Those with a limited stock, locked; the rest is not counted, so it needs no lock."""
        if not add_on_ids:
            return []
        columns = t.add_ons.c
        limited = select(columns.id, columns.name, columns.stock)
        limited = limited.where(columns.id.in_(list(add_on_ids)), columns.stock.is_not(None))
        self._connection.execute(select(LOCK_LIMITS).where(limited.exists()), execution_options=DEFERRED)
        rows = self._connection.execute(limited.order_by(columns.id))
        return [(row.id, row.name, row.stock) for row in rows]

    def _require_stock(self, add_on_id: UUID, name: str, stock: int, during: TimeRange, quantity: int) -> None:
        claims = t.add_on_claims.c
        query = select(claims.during, claims.quantity).where(
            claims.add_on_id == add_on_id, claims.during.overlaps(Range(during.start, during.end))
        )
        out = [
            (TimeRange(max(row.during.lower, during.start), min(row.during.upper, during.end)), row.quantity)
            for row in self._connection.execute(query)
        ]
        available = max(stock - peak(out), 0)
        if quantity > available:
            raise AddOnOutOfStockError(add_on_id=str(add_on_id), name=name, available=available)

    def _write(self, statement: Any, add_on: AddOn) -> None:
        with unique("add_ons_name_key", AddOnNameTakenError(name=add_on.name)):
            self._connection.execute(statement)


class PromoCodeRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, promo: PromoCode) -> None:
        with unique("promo_codes_code_key", PromoCodeTakenError(promo_code=promo.code)):
            self._connection.execute(
                insert(t.promo_codes).values(**{**PROMO_CODE.values(promo), "created_at": func.now(), "uses": 0})
            )

    def update(self, promo: PromoCode) -> None:
        which = t.promo_codes.c.id == promo.id
        values = PROMO_CODE.values(promo, but=("id", "code", "uses"))
        self._connection.execute(update(t.promo_codes).where(which).values(**values))

    def get(self, promo_code_id: UUID, *, lock: bool = False) -> PromoCode:
        query = _promo_codes().where(t.promo_codes.c.id == promo_code_id)
        row = one(self._connection, locked(query, lock=lock), PromoCodeNotFoundError(promo_code=str(promo_code_id)))
        return _promo(row)

    def page(self, after: Cursor | None, limit: int) -> list[tuple[datetime, PromoCode]]:
        return [(row.created_at, _promo(row)) for row in self._connection.execute(self.newest(after, limit))]

    @staticmethod
    def newest(after: Cursor | None, limit: int) -> Select[Any]:
        """The statement behind `page`."""
        c = t.promo_codes.c
        query = _promo_codes().order_by(c.created_at.desc(), c.id).limit(limit)
        return query.where(behind(after, c.created_at, c.id)) if after else query

    def find(self, code: str) -> PromoCode:
        return self._found(code)

    def use(self, code: str, booking_id: UUID, customer_id: UUID) -> None:
        # Uses are counted and added under one lock.
        self._connection.execute(select(LOCK_LIMITS), execution_options=DEFERRED)
        self._connection.execute(COUNT_ONCE, {"code": code.upper()}, execution_options=DEFERRED)
        promo = self._found(code)
        uses = t.promo_uses.c
        this = uses.booking_id == booking_id
        own = select(func.count().filter(~this).label("others"), func.count().filter(this).label("kept")).where(
            uses.promo_code_id == promo.id, uses.customer_id == any_(same_number(literal(customer_id)))
        )
        mine = self._connection.execute(own).one()
        if promo.max_uses is not None and promo.uses - mine.kept >= promo.max_uses:
            raise PromoCodeUsedUpError(promo_code=promo.code)
        if promo.max_uses_per_client is not None and mine.others >= promo.max_uses_per_client:
            raise PromoCodeClientLimitError(promo_code=promo.code, max=promo.max_uses_per_client)
        values = {"booking_id": booking_id, "promo_code_id": promo.id, "customer_id": customer_id}
        # A booking that kept its use, because something was paid for it, has no second one.
        statement = upsert(t.promo_uses).values(values).on_conflict_do_nothing()
        self._connection.execute(statement, execution_options=DEFERRED)

    def hand_over(self, guest_ids: Sequence[UUID], account_id: UUID) -> None:
        self._connection.execute(select(LOCK_LIMITS), execution_options=DEFERRED)
        theirs = t.promo_uses.c.customer_id.in_(guest_ids)
        self._connection.execute(update(t.promo_uses).where(theirs).values(customer_id=account_id))

    def release(self, booking_id: UUID) -> None:
        # All who use the code change its count: taking the lock first keeps them from a deadlock.
        self._connection.execute(select(LOCK_LIMITS), execution_options=DEFERRED)
        self._connection.execute(delete(t.promo_uses).where(t.promo_uses.c.booking_id == booking_id))

    def _found(self, code: str) -> PromoCode:
        query = _promo_codes().where(t.promo_codes.c.code == code.upper())
        row = one(self._connection, query, PromoCodeNotFoundError(promo_code=code))
        return _promo(row)


def _add_on(row: Row[Any]) -> AddOn:
    return AddOn.model_validate(ADD_ON.read(row))


def _promo_codes() -> Select[Any]:
    """With their uses; the uses of a code that has no count yet are counted."""
    counted = (
        select(func.count())
        .where(t.promo_uses.c.promo_code_id == t.promo_codes.c.id)
        .correlate(t.promo_codes)
        .scalar_subquery()
    )
    own = (column for column in t.promo_codes.c if column.name != "uses")
    return select(*own, func.coalesce(t.promo_codes.c.uses, counted).label("uses"))


def _promo(row: Row[Any]) -> PromoCode:
    return PromoCode.model_validate(PROMO_CODE.read(row))
