"""All SQL of comparisons with the gateways' books."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, insert, select

from core.paging import Cursor, behind
from payment.domain_reconciliation import Run, Span
from payment.errors import ReconciliationNotFoundError
from payment.tables_books import reconciliations
from shared_schemas.reconciliation import Difference, ReconciliationsQuery

FIELDS = tuple(column.name for column in reconciliations.columns)
NEWEST_FIRST = (reconciliations.c.created_at.desc(), reconciliations.c.id)


class ReconciliationRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, run: Run) -> None:
        values = {name: getattr(run, name) for name in FIELDS}
        found = [difference.model_dump(mode="json", exclude_none=True) for difference in run.differences]
        self._connection.execute(insert(reconciliations).values(values | {"differences": found}))

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
            conditions.append((c.differences != []) if query.differing else (c.differences == []))
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
        """Whether an earlier comparison found the very same."""
        same = difference.model_dump(mode="json", exclude_none=True)
        c = reconciliations.c
        query = select(c.id).where(c.provider == provider, c.differences.contains([same])).limit(1)
        return self._connection.execute(query).one_or_none() is not None

    def _found(self, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Run]:
        query = select(reconciliations).where(*conditions).order_by(*NEWEST_FIRST).limit(limit)
        return [_run(row) for row in self._connection.execute(query)]


def _run(row: Row[Any]) -> Run:
    values = {name: getattr(row, name) for name in FIELDS}
    return Run(**values | {"differences": tuple(map(Difference.model_validate, row.differences))})
