"""SQL for acts."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from core.http.paging import Cursor, behind
from core.postgres.rows import locked, one, unique
from core.postgres.stored_fields import StoredFields
from payment.acts.errors import ActIssuedError, ActNotFoundError
from payment.acts.tables import acts
from payment.papers.numbers import read, written
from shared_schemas.payment.invoices import Act, ActsQuery

FIELDS = StoredFields(Act, acts, "document", apart=["number"])
CHANGING = ("status", "voided_at", "void_reason")


class ActRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, act: Act) -> None:
        year, number = read(act.number)
        with unique("acts_one_valid", ActIssuedError()):
            self._connection.execute(insert(acts).values(**FIELDS.values(act), year=year, number=number))

    def get(self, act_id: UUID, *, lock: bool = False) -> Act:
        query = locked(select(acts).where(acts.c.id == act_id), lock=lock)
        return _act(one(self._connection, query, ActNotFoundError(act_id=str(act_id))))

    def page(self, query: ActsQuery, after: Cursor | None, limit: int) -> list[Act]:
        c = acts.c
        wanted = select(acts).order_by(c.issued_at.desc(), c.id).limit(limit)
        for name in ("invoice_id", "company_id"):
            if value := getattr(query, name):
                wanted = wanted.where(c[name] == value)
        if after:
            wanted = wanted.where(behind(after, c.issued_at, c.id))
        return [_act(row) for row in self._connection.execute(wanted)]

    def update(self, act: Act) -> None:
        values = {name: getattr(act, name) for name in CHANGING}
        self._connection.execute(update(acts).where(acts.c.id == act.id).values(**values))


def _act(row: Row[Any]) -> Act:
    return Act.model_validate({**FIELDS.read(row), "number": written(row.year, row.number)})
