"""SQL for visits that came from files."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from booking.imports.tables import imported_visits as t


class ImportedVisitRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, key: str) -> UUID | None:
        """The booking that was made of it."""
        return self._connection.execute(select(t.c.booking_id).where(t.c.key == key)).scalar_one_or_none()

    def add(self, key: str, booking_id: UUID, at: datetime) -> None:
        row = insert(t).values(key=key, booking_id=booking_id, imported_at=at)
        self._connection.execute(row.on_conflict_do_nothing())
