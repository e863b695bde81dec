"""SQL for comparisons with the gateways' books."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Connection, Row, insert, literal_column, select

from core.http.paging import Cursor, behind
from core.postgres.stored_fields import StoredFields
from payment.books.domain import Run, Span
from payment.books.errors import ReconciliationNotFoundError
from payment.books.tables import DIFFERING, reconciliations
from shared_schemas.payment.books import Difference, ReconciliationsQuery

FIELDS = StoredFields(Run, reconciliations, apart=["differences"])
NEWEST_FIRST = (reconciliations.c.created_at.desc(), reconciliations.c.id)


class ReconciliationRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, run: Run) -> None:
        found = [difference.model_dump(mode="json", exclude_none=True) for difference in run.differences]
        self._connection.execute(insert(reconciliations).values(FIELDS.values(run) | {"differences": found}))

    def get(self, reconciliation_id: UUID) -> Run:
        rows = self._found(reconciliations.c.id == reconciliation_id)
        if not rows:
            raise ReconciliationNotFoundError(reconciliation_id=str(reconciliation_id))
        return rows[0]

    def page(self, query: ReconciliationsQuery, after: Cursor | None, limit: int) -> list[Run]:
        c, conditions = reconciliations.c, []
        if query.provider:
            conditions.append(c.provider == query.provider)
        if query.differing is not None:
            conditions.append(literal_column(DIFFERING, Boolean) if query.differing else c.differences == [])
        if after:
            conditions.append(behind(after, c.created_at, c.id))
        return self._found(*conditions, limit=limit)

    def latest(self, span: Span) -> Run | None:
        c = reconciliations.c
        found = self._found(c.provider == span.provider, c.since == span.since, c.until == span.until, limit=1)
        return found[0] if found else None

    def of_time(self, provider: str, since: datetime) -> list[Run]:
        return self._found(reconciliations.c.provider == provider, reconciliations.c.until > since)

    def knows(self, provider: str, difference: Difference) -> bool:
        """Whether an earlier comparison found the same difference."""
        same = difference.model_dump(mode="json", exclude_none=True)
        c = reconciliations.c
        query = select(c.id).where(c.provider == provider, c.differences.contains([same])).limit(1)
        return self._connection.execute(query).one_or_none() is not None

    def _found(self, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Run]:
        query = select(reconciliations).where(*conditions).order_by(*NEWEST_FIRST).limit(limit)
        return [_run(row) for row in self._connection.execute(query)]


def _run(row: Row[Any]) -> Run:
    return Run(**FIELDS.read(row), differences=tuple(map(Difference.model_validate, row.differences)))
