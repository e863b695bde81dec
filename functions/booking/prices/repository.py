"""SQL for tariff versions: each is one document, and what was ever in force never changes."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Text, bindparam, cast, func, insert, literal_column, select, text, update

from booking.prices import tables as t
from booking.prices.errors import TariffVersionNotFoundError
from booking.prices.versions import VersionCache
from core.postgres.database import FORESEEN
from core.postgres.stored_fields import StoredFields
from shared_schemas.booking.prices import TariffVersion

# `xmin`, the transaction that wrote the row, tells versions apart that share a number and their times: those of
# another database, or of an activation that was rolled back and repeated.
ACTIVE = select(
    t.tariff_versions.c.number,
    cast(literal_column("tariff_versions.xmin"), Text).label("written_by"),
    t.tariff_versions.c.created_at,
    t.tariff_versions.c.activated_at,
).where(t.tariff_versions.c.status == "active")
VERSION = select(t.tariff_versions).where(t.tariff_versions.c.number == bindparam("number"))
LOCK_VERSIONS = text("SELECT pg_advisory_xact_lock(hashtextextended('booking.tariff_versions', 0))")
NO_PRICES = {"number": 0, "status": "active", "note": "", "created_by": "system", "created_at": "1970-01-01T00:00:00Z"}
FIELDS = StoredFields(TariffVersion, t.tariff_versions, "prices")
GREATEST = 2**31 - 1
"""PostgreSQL refuses to compare its integers with more; nothing is stored under 0."""


class PriceListRepository:
    def __init__(self, connection: Connection, versions: VersionCache) -> None:
        self._connection = connection
        self._versions = versions

    def active(self, *, lock: bool = False) -> TariffVersion:
        if lock:
            self._connection.execute(LOCK_VERSIONS)
        row = self._connection.execute(ACTIVE).one_or_none()
        if row is None:
            return TariffVersion.model_validate(NO_PRICES)
        return self._versions.get(tuple(row), lambda: self.get(row.number))

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
        self._connection.execute(insert(t.tariff_versions), FIELDS.values(numbered))
        return numbered

    def update(self, version: TariffVersion) -> None:
        which = t.tariff_versions.c.number == version.number
        self._connection.execute(
            update(t.tariff_versions).where(which).values(**FIELDS.values(version, but=("number",)))
        )

    def activate(self, number: int, at: datetime) -> None:
        table = t.tariff_versions
        self._connection.execute(update(table).where(table.c.status == "active").values(status="retired"))
        new = update(table).where(table.c.number == number).values(status="active", activated_at=at)
        self._connection.execute(new)


def _version(row: Row[Any]) -> TariffVersion:
    return TariffVersion.model_validate(FIELDS.read(row))
