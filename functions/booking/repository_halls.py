"""SQL of halls with their free time, and of quotes."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Connection, Row, TextClause, bindparam, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import Uuid

from booking import tables as t
from booking.domain_calendar import spaces
from booking.domain_days import PublicHolidays, StudioDays
from booking.domain_ranges import TimeRange
from booking.errors import HallNameTakenError, HallNotFoundError, QuoteNotFoundError
from booking.ports import HallTime
from core.database import ALONE, DEFERRED, FORESEEN, constraint
from shared_schemas.halls import DateOverride, Hall
from shared_schemas.prices import Quote

# Halls, what nobody claims of each, and the special days around: one JSON value, which costs any driver the least.
TIMES = """
SELECT coalesce(json_agg(json_build_object(
    'id', h.id, 'version', h.version, 'name', h.name, 'timezone', h.timezone, 'details', h.details,
    'free', (
        SELECT coalesce(json_agg(json_build_array(
                   extract(epoch FROM lower(stretch)), extract(epoch FROM upper(stretch)))), '[]')
          FROM unnest(tstzmultirange(tstzrange(:start, :end)) - (
              SELECT coalesce(range_agg(o.during), '{}')
                FROM unnest(h.spaces) AS space
                JOIN booking.occupancy o ON o.hall_id = space AND o.during && tstzrange(:start, :end)
               WHERE o.owner_id IS DISTINCT FROM :without
          )) AS stretch),
    'overrides', (
        SELECT coalesce(json_agg(json_build_object(
                   'id', d.id, 'hall_id', d.hall_id, 'first_day', d.first_day, 'last_day', d.last_day,
                   'hours', d.hours, 'holiday', d.holiday) ORDER BY d.created_at, d.id), '[]')
          FROM booking.date_overrides d
         WHERE (d.hall_id IS NULL OR d.hall_id = h.id)
           AND d.last_day >= CAST(:start AS date) AND d.first_day <= CAST(:end AS date))
    ) ORDER BY h.name), '[]')
  FROM booking.halls h
 WHERE {which}
"""


def _times(which: str, *binds: BindParameter[Any]) -> TextClause:
    query = text(TIMES.replace("{which}", which)).bindparams(bindparam("without", type_=Uuid), *binds)
    return query.execution_options(**ALONE)


TIMES_OF_ALL = _times("NOT coalesce((h.details->>'archived')::boolean, false)")
TIMES_OF_SOME = _times("h.id = ANY(:halls)", bindparam("halls", type_=ARRAY(Uuid)))


NEXT_VERSION = update(t.halls).values(version=t.halls.c.version + 1)


class HallRepository:
    def __init__(self, connection: Connection, public_holidays: PublicHolidays) -> None:
        self._connection = connection
        self._public_holidays = public_holidays
        self.read: dict[UUID, int] = {}
        """The versions of the halls as this transaction read them last."""

    def add(self, hall: Hall) -> None:
        self._write(insert(t.halls).values(id=hall.id, **_values(hall)), hall)

    def update(self, hall: Hall, taken_since: datetime | None = None) -> None:
        values = _values(hall) | ({"taken_since": taken_since} if taken_since else {})
        self._write(NEXT_VERSION.where(t.halls.c.id == hall.id).values(**values), hall)

    def touch(self, hall_ids: Collection[UUID]) -> None:
        self._connection.execute(NEXT_VERSION.where(t.halls.c.id.in_(hall_ids)))

    def get(self, hall_id: UUID, *, lock: bool = False) -> Hall:
        query = select(t.halls).where(t.halls.c.id == hall_id)
        row = self._connection.execute(query.with_for_update(key_share=True) if lock else query).one_or_none()
        if row is None:
            raise HallNotFoundError(hall_id=str(hall_id))
        return self._hall(row)

    def all(self, *, archived: bool = False) -> list[Hall]:
        rows = self._connection.execute(select(t.halls).order_by(t.halls.c.name))
        return [hall for hall in map(self._hall, rows) if archived or not hall.archived]

    def times(
        self, window: TimeRange, hall_ids: Collection[UUID] | None = None, without: UUID | None = None
    ) -> list[HallTime]:
        values: dict[str, Any] = {"start": window.start, "end": window.end, "without": without}
        if hall_ids is None:
            found = self._connection.execute(TIMES_OF_ALL, values).scalar_one()
            return [self._time(row) for row in found]
        found = self._connection.execute(TIMES_OF_SOME, {**values, "halls": list(hall_ids)}).scalar_one()
        by_id = {row["id"]: row for row in found}
        if missing := [str(hall_id) for hall_id in hall_ids if str(hall_id) not in by_id]:
            raise HallNotFoundError(hall_id=missing[0])
        return [self._time(by_id[str(hall_id)]) for hall_id in hall_ids]

    def foresee_times(self, window: TimeRange, hall_ids: Collection[UUID]) -> None:
        values = {"start": window.start, "end": window.end, "without": None, "halls": list(hall_ids)}
        self._connection.execute(TIMES_OF_SOME, values, execution_options=FORESEEN)

    def _hall(self, row: Row[Any]) -> Hall:
        self.read[row.id] = row.version
        return Hall.model_validate({"id": row.id, "name": row.name, "timezone": row.timezone, **row.details})

    def _time(self, row: Mapping[str, Any]) -> HallTime:
        self.read[UUID(row["id"])] = row["version"]
        hall = Hall.model_validate({name: row[name] for name in ("id", "name", "timezone")} | row["details"])
        overrides = [DateOverride.model_validate(override) for override in row["overrides"]]
        free = [TimeRange(_instant(start), _instant(end)) for start, end in row["free"]]
        return HallTime(hall, free, StudioDays(overrides, self._public_holidays))

    def _write(self, statement: Any, hall: Hall) -> None:
        try:
            self._connection.execute(statement)
        except IntegrityError as error:
            if constraint(error) == "halls_name_key":
                raise HallNameTakenError(name=hall.name) from error
            raise


LOCK_ASKER = text("SELECT pg_advisory_xact_lock(hashtextextended('quotes:' || :asker, 0))")


class QuoteRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, quote: Quote, asker: str | None = None) -> None:
        document = quote.model_dump(mode="json")
        values = {"id": quote.id, "document": document, "valid_until": quote.valid_until, "asker": asker}
        self._connection.execute(insert(t.quotes).values(values))

    def standing(self, asker: str, now: datetime) -> tuple[int, datetime | None]:
        self._connection.execute(LOCK_ASKER, {"asker": asker}, execution_options=DEFERRED)
        columns = t.quotes.c
        mine = select(func.count(), func.min(columns.valid_until)).where(
            columns.asker == asker, columns.valid_until > now
        )
        count, first_end = self._connection.execute(mine).one()
        return count, first_end

    def get(self, quote_id: UUID) -> Quote:
        document = self._connection.execute(
            select(t.quotes.c.document).where(t.quotes.c.id == quote_id)
        ).scalar_one_or_none()
        if document is None:
            raise QuoteNotFoundError(quote_id=str(quote_id))
        return Quote.model_validate(document)


def _values(hall: Hall) -> dict[str, Any]:
    details = hall.model_dump(mode="json", exclude={"id", "name", "timezone"})
    return {"name": hall.name, "timezone": hall.timezone, "spaces": spaces(hall), "details": details}


def _instant(epoch: float) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
