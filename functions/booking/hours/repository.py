"""SQL for exceptions from opening hours."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select

from booking.hours.errors import DateOverrideNotFoundError
from booking.hours.tables import date_overrides
from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from shared_schemas.booking.hours import DateOverride

FIELDS = StoredFields(DateOverride, date_overrides, apart=["hours"])


class OverrideRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, override: DateOverride, actor: str, at: datetime) -> None:
        hours = override.model_dump(mode="json", include={"hours"})
        values = {**FIELDS.values(override), **hours, "created_by": actor, "created_at": at}
        self._connection.execute(insert(date_overrides).values(**values))

    def remove(self, override_id: UUID) -> UUID | None:
        columns = date_overrides.c
        statement = delete(date_overrides).where(columns.id == override_id).returning(columns.hall_id)
        removed = one(self._connection, statement, DateOverrideNotFoundError(override_id=str(override_id)))
        return removed.hall_id  # type: ignore[no-any-return]

    def all(self, since: date) -> list[DateOverride]:
        columns = date_overrides.c
        query = select(date_overrides).where(columns.last_day >= since).order_by(columns.created_at, columns.id)
        return [_override(row) for row in self._connection.execute(query)]


def _override(row: Row[Any]) -> DateOverride:
    return DateOverride.model_validate({**FIELDS.read(row), "hours": row.hours})
