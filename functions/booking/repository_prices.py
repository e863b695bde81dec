"""SQL of tariff versions, and of what there is only so much of: add-ons in stock and uses of promo codes."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from booking import tables_prices as t
from booking.domain_add_ons import peak
from booking.domain_ranges import TimeRange
from booking.errors_prices import (
    AddOnNameTakenError,
    AddOnNotFoundError,
    AddOnOutOfStockError,
    PromoCodeClientLimitError,
    PromoCodeNotFoundError,
    PromoCodeTakenError,
    PromoCodeUsedUpError,
    TariffVersionNotFoundError,
)
from core.database import constraint
from shared_schemas.prices import AddOn, AddOnOrder, BookedAddOn, PriceList, PromoCode, TariffVersion

ACTIVE = select(t.tariff_versions.c.number, t.tariff_versions.c.created_at, t.tariff_versions.c.activated_at).where(
    t.tariff_versions.c.status == "active"
)
VERSION = select(t.tariff_versions).where(t.tariff_versions.c.number == bindparam("number"))
LOCK_VERSIONS = text("SELECT pg_advisory_xact_lock(hashtextextended('booking.tariff_versions', 0))")
NO_PRICES = {"number": 0, "status": "active", "note": "", "created_by": "system", "created_at": "1970-01-01T00:00:00Z"}
KNOWN: "OrderedDict[tuple[Any, ...], TariffVersion]" = OrderedDict()
"""Versions that were in force, which never change: a process reads each of them once.

Kept by their times as well as by number, since another database may know another version by the same number."""
MOST_KNOWN = 8


class PriceListRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def active(self, *, lock: bool = False) -> TariffVersion:
        if lock:
            self._connection.execute(LOCK_VERSIONS)
        row = self._connection.execute(ACTIVE).one_or_none()
        if row is None:
            return TariffVersion.model_validate(NO_PRICES)
        key = tuple(row)
        if key not in KNOWN:
            KNOWN[key] = self.get(row.number)
            while len(KNOWN) > MOST_KNOWN:
                KNOWN.popitem(last=False)
        return KNOWN[key]

    def get(self, number: int) -> TariffVersion:
        row = self._connection.execute(VERSION, {"number": number}).one_or_none()
        if row is None:
            raise TariffVersionNotFoundError(number=number)
        return _version(row)

    def all(self) -> list[TariffVersion]:
        rows = self._connection.execute(select(t.tariff_versions).order_by(t.tariff_versions.c.number.desc()))
        return [_version(row) for row in rows]

    def add(self, version: TariffVersion) -> TariffVersion:
        self._connection.execute(LOCK_VERSIONS)
        latest = self._connection.execute(select(func.max(t.tariff_versions.c.number))).scalar_one()
        numbered = version.model_copy(update={"number": (latest or 0) + 1})
        self._connection.execute(insert(t.tariff_versions), {"number": numbered.number, **_columns(numbered)})
        return numbered

    def update(self, version: TariffVersion) -> None:
        which = t.tariff_versions.c.number == version.number
        self._connection.execute(update(t.tariff_versions).where(which).values(**_columns(version)))

    def activate(self, number: int, at: datetime) -> None:
        table = t.tariff_versions
        self._connection.execute(update(table).where(table.c.status == "active").values(status="retired"))
        new = update(table).where(table.c.number == number).values(status="active", activated_at=at)
        self._connection.execute(new)


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

    def claim(self, booking_id: UUID, during: TimeRange, items: Sequence[BookedAddOn]) -> None:
        # Locked in the order of their ids, so that two orders never wait for each other in a circle.
        ids = [item.id for item in items]
        query = select(t.add_ons).where(t.add_ons.c.id.in_(ids)).order_by(t.add_ons.c.id)
        rows = self._connection.execute(query.with_for_update(key_share=True)).all()
        self.release(booking_id)
        wanted = {item.id: item for item in items}
        for row in rows:
            if row.stock is not None:
                self._require_stock(row.id, row.stock, during, wanted[row.id])
        values = [
            {
                "booking_id": booking_id,
                "add_on_id": item.id,
                "during": Range(during.start, during.end),
                "quantity": item.quantity,
            }
            for item in items
        ]
        if values:
            self._connection.execute(insert(t.add_on_claims).values(values))

    def release(self, booking_id: UUID) -> None:
        self._connection.execute(delete(t.add_on_claims).where(t.add_on_claims.c.booking_id == booking_id))

    def _require_stock(self, add_on_id: UUID, stock: int, during: TimeRange, item: BookedAddOn) -> None:
        claims = t.add_on_claims.c
        query = select(claims.during, claims.quantity).where(
            claims.add_on_id == add_on_id, claims.during.overlaps(Range(during.start, during.end))
        )
        out = [
            (TimeRange(max(row.during.lower, during.start), min(row.during.upper, during.end)), row.quantity)
            for row in self._connection.execute(query)
        ]
        available = max(stock - peak(out), 0)
        if item.quantity > available:
            raise AddOnOutOfStockError(add_on_id=str(add_on_id), name=item.name, available=available)

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
                    id=promo.id, code=promo.code, details=_details(promo), created_at=func.now()
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
        return self._found(code, lock=False)

    def use(self, code: str, booking_id: UUID, customer_id: UUID) -> None:
        # Whoever uses the same code waits here, so nobody counts the uses while another adds one.
        promo = self._found(code, lock=True)
        uses = t.promo_uses.c
        counts = select(
            func.count().label("all"), func.count().filter(uses.customer_id == customer_id).label("own")
        ).where(uses.promo_code_id == promo.id)
        used = self._connection.execute(counts).one()
        if promo.max_uses is not None and used.all >= promo.max_uses:
            raise PromoCodeUsedUpError(promo_code=promo.code)
        if promo.max_uses_per_client is not None and used.own >= promo.max_uses_per_client:
            raise PromoCodeClientLimitError(promo_code=promo.code, max=promo.max_uses_per_client)
        values = {"booking_id": booking_id, "promo_code_id": promo.id, "customer_id": customer_id}
        self._connection.execute(insert(t.promo_uses), values)

    def release(self, booking_id: UUID) -> None:
        self._connection.execute(delete(t.promo_uses).where(t.promo_uses.c.booking_id == booking_id))

    def _found(self, code: str, *, lock: bool) -> PromoCode:
        query = _promo_codes().where(t.promo_codes.c.code == code.upper())
        row = self._connection.execute(query.with_for_update(key_share=True) if lock else query).one_or_none()
        if row is None:
            raise PromoCodeNotFoundError(promo_code=code)
        return _promo(row)


def _version(row: Row[Any]) -> TariffVersion:
    names = ("number", "status", "note", "created_by", "created_at", "activated_at")
    return TariffVersion.model_validate({name: getattr(row, name) for name in names} | row.prices)


def _columns(version: TariffVersion) -> dict[str, Any]:
    names = {"status", "note", "created_by", "created_at", "activated_at"}
    prices = version.model_dump(mode="json", include=set(PriceList.model_fields), exclude_none=True)
    return {**version.model_dump(include=names), "prices": prices}


def _add_on_columns(add_on: AddOn) -> dict[str, Any]:
    details = add_on.model_dump(mode="json", exclude={"id", "name", "stock", "active"}, exclude_none=True)
    return {"name": add_on.name, "stock": add_on.stock, "active": add_on.active, "details": details}


def _add_on(row: Row[Any]) -> AddOn:
    return AddOn.model_validate(
        {"id": row.id, "name": row.name, "stock": row.stock, "active": row.active, **row.details}
    )


def _promo_codes() -> Any:
    uses = (
        select(func.count())
        .where(t.promo_uses.c.promo_code_id == t.promo_codes.c.id)
        .correlate(t.promo_codes)
        .scalar_subquery()
    )
    return select(t.promo_codes, uses.label("uses"))


def _details(promo: PromoCode) -> dict[str, Any]:
    return promo.model_dump(mode="json", exclude={"id", "code", "uses"}, exclude_none=True)


def _promo(row: Row[Any]) -> PromoCode:
    return PromoCode.model_validate({"id": row.id, "code": row.code, "uses": row.uses, **row.details})
