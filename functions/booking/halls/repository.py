"""SQL for halls."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from booking.halls import tables as t
from booking.halls.domain import spaces
from booking.halls.errors import HallNameTakenError, HallNotFoundError
from core.postgres.rows import locked, one, unique
from core.postgres.stored_fields import StoredFields
from shared_schemas.booking.halls import Hall

FIELDS = StoredFields(Hall, t.halls, "details", nulls=True)

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
