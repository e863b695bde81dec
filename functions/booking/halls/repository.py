"""SQL for halls."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, text, update

from booking.halls import tables as t
from booking.halls.domain import spaces
from booking.halls.errors import HallNameTakenError, HallNotFoundError
from core.postgres.rows import locked, one, unique
from core.postgres.stored_fields import StoredFields
from shared_schemas.booking.halls import Hall
from shared_schemas.visits.purposes import VisitPurpose

FIELDS = StoredFields(Hall, t.halls, "details", nulls=True)

FITS = text("""coalesce(
    (SELECT CAST(l->>'capacity' AS integer)
       FROM jsonb_array_elements(coalesce(halls.details->'purpose_limits', '[]')) AS l
      WHERE l->>'purpose' = :purpose LIMIT 1),
    CAST(halls.details->>'capacity' AS integer)) >= :people""")
NEXT_VERSION = update(t.halls).values(version=t.halls.c.version + 1)


class HallRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.read: dict[UUID, int] = {}
        """The versions of the halls as this transaction read them last."""

    def add(self, hall: Hall) -> None:
        self._write(insert(t.halls).values(**_values(hall)), hall)

    def update(self, hall: Hall, taken_since: datetime | None = None) -> None:
        values = _values(hall, but=("id",)) | ({"taken_since": taken_since} if taken_since else {})
        self._write(NEXT_VERSION.where(t.halls.c.id == hall.id).values(**values), hall)

    def touch(self, hall_ids: Collection[UUID]) -> None:
        self._connection.execute(NEXT_VERSION.where(t.halls.c.id.in_(hall_ids)))

    def get(self, hall_id: UUID, *, lock: bool = False) -> Hall:
        query = select(t.halls).where(t.halls.c.id == hall_id)
        row = one(self._connection, locked(query, lock=lock), HallNotFoundError(hall_id=str(hall_id)))
        return self._hall(row)

    def all(self, *, archived: bool = False) -> list[Hall]:
        rows = self._connection.execute(select(t.halls).order_by(t.halls.c.name))
        return [hall for hall in map(self._hall, rows) if archived or not hall.archived]

    def addresses(self) -> dict[UUID, UUID]:
        """The address that each hall names, if it names one."""
        return {hall.id: hall.address_id for hall in self.all(archived=True) if hall.address_id}

    def fitting(self, people: int, purpose: VisitPurpose, after: UUID | None, limit: int) -> list[UUID]:
        details, name = t.halls.c.details, t.halls.c.name
        for_rent = details["archived"].as_boolean().is_not(True)
        fits = FITS.bindparams(purpose=purpose, people=people)
        query = select(t.halls.c.id).where(fits, for_rent).order_by(name).limit(limit)
        if after:
            query = query.where(name > select(name).where(t.halls.c.id == after).scalar_subquery())
        return list(self._connection.scalars(query))

    def at_addresses(self) -> dict[UUID, list[str]]:
        """The names of halls for rent, by the address that they name."""
        found: dict[UUID, list[str]] = {}
        for hall in self.all():
            if hall.address_id:
                found.setdefault(hall.address_id, []).append(hall.name)
        return found

    def _hall(self, row: Row[Any]) -> Hall:
        self.read[row.id] = row.version
        return Hall.model_validate(FIELDS.read(row))

    def _write(self, statement: Any, hall: Hall) -> None:
        with unique("halls_name_key", HallNameTakenError(name=hall.name)):
            self._connection.execute(statement)


def _values(hall: Hall, but: Collection[str] = ()) -> dict[str, Any]:
    return {**FIELDS.values(hall, but), "spaces": spaces(hall)}
