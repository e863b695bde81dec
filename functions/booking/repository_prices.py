"""SQL of tariff versions: each is one document, and what was ever in force never changes."""

from collections import OrderedDict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Text, bindparam, cast, func, insert, literal_column, select, text, update

from booking import tables_prices as t
from booking.errors_prices import TariffVersionNotFoundError
from core.database import FORESEEN
from shared_schemas.prices import PriceList, TariffVersion

# `xmin`, the transaction that wrote the row, tells versions apart that share a number and their times: those of
# another database, or of an activation that was rolled back and made anew.
ACTIVE = select(
    t.tariff_versions.c.number,
    cast(literal_column("tariff_versions.xmin"), Text).label("written_by"),
    t.tariff_versions.c.created_at,
    t.tariff_versions.c.activated_at,
).where(t.tariff_versions.c.status == "active")
VERSION = select(t.tariff_versions).where(t.tariff_versions.c.number == bindparam("number"))
LOCK_VERSIONS = text("SELECT pg_advisory_xact_lock(hashtextextended('booking.tariff_versions', 0))")
NO_PRICES = {"number": 0, "status": "active", "note": "", "created_by": "system", "created_at": "1970-01-01T00:00:00Z"}
KNOWN: "OrderedDict[tuple[Any, ...], TariffVersion]" = OrderedDict()
"""Versions that were in force, which never change: a process reads and parses each of them once."""
MOST_KNOWN = 8
GREATEST = 2**31 - 1
"""PostgreSQL refuses to compare its integers with more; nothing is stored under 0."""


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
        # Never looked up twice: another thread may be making room meanwhile.
        version = KNOWN.get(key) or self.get(row.number)
        KNOWN[key] = version
        while len(KNOWN) > MOST_KNOWN:
            KNOWN.popitem(last=False)
        return version

    def foresee(self) -> None:
        self._connection.execute(ACTIVE, execution_options=FORESEEN)

    def get(self, number: int) -> TariffVersion:
        row = self._connection.execute(VERSION, {"number": number if 0 < number <= GREATEST else 0}).one_or_none()
        if row is None:
            raise TariffVersionNotFoundError(number=number)
        return _version(row)

    def page(self, before: int | None, limit: int) -> list[TariffVersion]:
        newest_first = select(t.tariff_versions).order_by(t.tariff_versions.c.number.desc()).limit(limit)
        if before is not None:
            newest_first = newest_first.where(t.tariff_versions.c.number < before)
        return [_version(row) for row in self._connection.execute(newest_first)]

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


def _version(row: Row[Any]) -> TariffVersion:
    names = ("number", "status", "note", "created_by", "created_at", "activated_at")
    return TariffVersion.model_validate({name: getattr(row, name) for name in names} | row.prices)


def _columns(version: TariffVersion) -> dict[str, Any]:
    names = {"status", "note", "created_by", "created_at", "activated_at"}
    prices = version.model_dump(mode="json", include=set(PriceList.model_fields), exclude_none=True)
    return {**version.model_dump(include=names), "prices": prices}
