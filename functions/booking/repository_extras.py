"""SQL of what there is only so much of: add-ons in stock and uses of promo codes, counted under one lock."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, literal_column, select, text, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from booking import tables_prices as t
from booking.domain_add_ons import Out, peak
from booking.domain_ranges import TimeRange
from booking.errors_prices import (
    AddOnNameTakenError,
    AddOnNotFoundError,
    AddOnOutOfStockError,
    PromoCodeClientLimitError,
    PromoCodeNotFoundError,
    PromoCodeTakenError,
    PromoCodeUsedUpError,
)
from core.database import DEFERRED, constraint
from shared_schemas.prices import AddOn, AddOnOrder, PromoCode

# One for all of them: a transaction that sells several visits, each with other things, meets nobody in a circle.
LOCK_LIMITS: ColumnElement[None] = literal_column("pg_advisory_xact_lock(hashtextextended('booking.limits', 0))")

# From then on the trigger counts. Under the lock, no other use of the code is under way.
COUNT_ONCE = text("""
UPDATE booking.promo_codes AS code
   SET uses = (SELECT count(*) FROM booking.promo_uses WHERE promo_code_id = code.id)
 WHERE code.code = :code AND code.uses IS NULL
""")


class AddOnRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, add_on: AddOn) -> None:
        statement = insert(t.add_ons).values(id=add_on.id, created_at=func.now(), **_add_on_columns(add_on))
        self._write(statement, add_on)

    def update(self, add_on: AddOn) -> None:
        self._write(update(t.add_ons).where(t.add_ons.c.id == add_on.id).values(**_add_on_columns(add_on)), add_on)

    def get(self, add_on_id: UUID, *, lock: bool = False) -> AddOn:
        query = select(t.add_ons).where(t.add_ons.c.id == add_on_id)
        row = self._connection.execute(query.with_for_update(key_share=True) if lock else query).one_or_none()
        if row is None:
            raise AddOnNotFoundError(add_on_id=str(add_on_id))
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
        """Those there is only so much of, kept from others; of the rest nothing is counted, so nobody need wait."""
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
        try:
            self._connection.execute(statement)
        except IntegrityError as error:
            if constraint(error) == "add_ons_name_key":
                raise AddOnNameTakenError(name=add_on.name) from error
            raise


class PromoCodeRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, promo: PromoCode) -> None:
        try:
            self._connection.execute(
                insert(t.promo_codes).values(
                    id=promo.id, code=promo.code, details=_details(promo), created_at=func.now(), uses=0
                )
            )
        except IntegrityError as error:
            if constraint(error) == "promo_codes_code_key":
                raise PromoCodeTakenError(promo_code=promo.code) from error
            raise

    def update(self, promo: PromoCode) -> None:
        which = t.promo_codes.c.id == promo.id
        self._connection.execute(update(t.promo_codes).where(which).values(details=_details(promo)))

    def get(self, promo_code_id: UUID, *, lock: bool = False) -> PromoCode:
        query = _promo_codes().where(t.promo_codes.c.id == promo_code_id)
        row = self._connection.execute(query.with_for_update(key_share=True) if lock else query).one_or_none()
        if row is None:
            raise PromoCodeNotFoundError(promo_code=str(promo_code_id))
        return _promo(row)

    def all(self) -> list[PromoCode]:
        newest_first = _promo_codes().order_by(t.promo_codes.c.created_at.desc(), t.promo_codes.c.id)
        return [_promo(row) for row in self._connection.execute(newest_first)]

    def find(self, code: str) -> PromoCode:
        return self._found(code)

    def use(self, code: str, booking_id: UUID, customer_id: UUID) -> None:
        # Whoever uses a code waits here, so nobody counts the uses while another adds one.
        self._connection.execute(select(LOCK_LIMITS), execution_options=DEFERRED)
        self._connection.execute(COUNT_ONCE, {"code": code.upper()}, execution_options=DEFERRED)
        promo = self._found(code)
        uses = t.promo_uses.c
        this = uses.booking_id == booking_id
        own = select(func.count().filter(~this).label("others"), func.count().filter(this).label("kept")).where(
            uses.promo_code_id == promo.id, uses.customer_id == customer_id
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

    def release(self, booking_id: UUID) -> None:
        # The code's count is everybody's who uses it: they come in the same order, and meet nobody in a circle.
        self._connection.execute(select(LOCK_LIMITS), execution_options=DEFERRED)
        self._connection.execute(delete(t.promo_uses).where(t.promo_uses.c.booking_id == booking_id))

    def _found(self, code: str) -> PromoCode:
        query = _promo_codes().where(t.promo_codes.c.code == code.upper())
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise PromoCodeNotFoundError(promo_code=code)
        return _promo(row)


def _add_on_columns(add_on: AddOn) -> dict[str, Any]:
    details = add_on.model_dump(mode="json", exclude={"id", "name", "stock", "active"}, exclude_none=True)
    return {"name": add_on.name, "stock": add_on.stock, "active": add_on.active, "details": details}


def _add_on(row: Row[Any]) -> AddOn:
    return AddOn.model_validate(
        {"id": row.id, "name": row.name, "stock": row.stock, "active": row.active, **row.details}
    )


def _promo_codes() -> Any:
    """With their uses; those of a code that nobody counted yet are counted."""
    counted = (
        select(func.count())
        .where(t.promo_uses.c.promo_code_id == t.promo_codes.c.id)
        .correlate(t.promo_codes)
        .scalar_subquery()
    )
    own = (column for column in t.promo_codes.c if column.name != "uses")
    return select(*own, func.coalesce(t.promo_codes.c.uses, counted).label("uses"))


def _details(promo: PromoCode) -> dict[str, Any]:
    return promo.model_dump(mode="json", exclude={"id", "code", "uses"}, exclude_none=True)


def _promo(row: Row[Any]) -> PromoCode:
    return PromoCode.model_validate({"id": row.id, "code": row.code, "uses": row.uses, **row.details})
