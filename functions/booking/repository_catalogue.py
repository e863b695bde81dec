"""SQL of the catalogue: halls with their free time, tariffs, quotes."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, Uuid, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range
from sqlalchemy.exc import IntegrityError

from booking import tables as t
from booking.domain_ranges import TimeRange
from booking.errors import HallNameTakenError, HallNotFoundError, QuoteNotFoundError
from core.database import constraint
from shared_schemas.booking import Hall, Quote, Tariff
from shared_schemas.common import Money


def _with_free() -> Select[Any]:
    """A hall and, as one JSON value, what nobody claims of it; built once, as building costs as much as asking."""
    hall, window = bindparam("hall", type_=Uuid), bindparam("window", type_=TSTZRANGE)
    busy = (
        select(func.coalesce(func.range_agg(t.occupancy.c.during), func.tstzmultirange()))
        .where(t.occupancy.c.hall_id == hall, t.occupancy.c.during.op("&&")(window))
        .scalar_subquery()
    )
    stretch = func.unnest(func.tstzmultirange(window).op("-")(busy)).column_valued("stretch")
    seconds = func.json_build_array(
        func.extract("epoch", func.lower(stretch)), func.extract("epoch", func.upper(stretch))
    )
    free = select(func.coalesce(func.json_agg(seconds), func.json_build_array())).scalar_subquery()
    return select(t.halls, free.label("free")).where(t.halls.c.id == hall)


WITH_FREE = _with_free()


class HallRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, hall: Hall) -> None:
        details = hall.model_dump(mode="json", exclude={"id", "name", "timezone"})
        try:
            self._connection.execute(
                insert(t.halls).values(id=hall.id, name=hall.name, timezone=hall.timezone, details=details)
            )
        except IntegrityError as error:
            if constraint(error) == "halls_name_key":
                raise HallNameTakenError(name=hall.name) from error
            raise

    def get(self, hall_id: UUID) -> Hall:
        row = self._connection.execute(select(t.halls).where(t.halls.c.id == hall_id)).one_or_none()
        if row is None:
            raise HallNotFoundError(hall_id=str(hall_id))
        return _hall(row)

    def all(self) -> list[Hall]:
        rows = self._connection.execute(select(t.halls).order_by(t.halls.c.name))
        return [_hall(row) for row in rows]

    def with_free(self, hall_id: UUID, window: TimeRange) -> tuple[Hall, list[TimeRange]]:
        values = {"hall": hall_id, "window": Range(window.start, window.end)}
        row = self._connection.execute(WITH_FREE, values).one_or_none()
        if row is None:
            raise HallNotFoundError(hall_id=str(hall_id))
        return _hall(row), [TimeRange(_instant(start), _instant(end)) for start, end in row.free]


class TariffRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, tariff: Tariff) -> None:
        values = tariff.model_dump(exclude={"price_per_hour"})
        self._connection.execute(insert(t.tariffs).values(**values, price_per_hour=tariff.price_per_hour.amount))

    def all(self, hall_id: UUID | None = None) -> list[Tariff]:
        query = select(t.tariffs).order_by(t.tariffs.c.created_at, t.tariffs.c.id)
        if hall_id:
            query = query.where((t.tariffs.c.hall_id == hall_id) | t.tariffs.c.hall_id.is_(None))
        return [_tariff(row) for row in self._connection.execute(query)]


class QuoteRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, quote: Quote) -> None:
        document = quote.model_dump(mode="json")
        self._connection.execute(insert(t.quotes).values(id=quote.id, document=document, valid_until=quote.valid_until))

    def get(self, quote_id: UUID) -> Quote:
        document = self._connection.execute(
            select(t.quotes.c.document).where(t.quotes.c.id == quote_id)
        ).scalar_one_or_none()
        if document is None:
            raise QuoteNotFoundError(quote_id=str(quote_id))
        return Quote.model_validate(document)


def _hall(row: Row[Any]) -> Hall:
    return Hall.model_validate({"id": row.id, "name": row.name, "timezone": row.timezone, **row.details})


def _tariff(row: Row[Any]) -> Tariff:
    values = {name: getattr(row, name) for name in Tariff.model_fields if name != "price_per_hour"}
    return Tariff.model_validate({**values, "price_per_hour": Money(amount=row.price_per_hour)})


def _instant(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
