"""SQL for deposits."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, TextClause, insert, select, update

from core.http.paging import Cursor, behind
from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from payment.deposits.domain import StoredDeposit
from payment.deposits.errors import DepositNotFoundError
from payment.deposits.ports import Left
from payment.deposits.tables import deposits
from payment.held_money.domain import Held
from payment.held_money.repository import HELD
from payment.held_money.tables import LEFT_OF_DEPOSITS, held
from shared_schemas.payment.deposits import DepositsQuery

FIELDS = StoredFields(StoredDeposit, deposits)
LEFT = [held.c[name].label(f"held_{name}") for name in HELD.columns]


class DepositRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, deposit: StoredDeposit) -> None:
        self._connection.execute(insert(deposits).values(**FIELDS.values(deposit)))

    def put(self, deposit: StoredDeposit) -> None:
        changed = update(deposits).where(deposits.c.id == deposit.id).values(given_back=deposit.given_back)
        self._connection.execute(changed)

    def get(self, deposit_id: UUID) -> Left:
        query = _with_left().where(deposits.c.id == deposit_id)
        return _left(one(self._connection, query, DepositNotFoundError(deposit_id=str(deposit_id))))

    def page(self, query: DepositsQuery, after: Cursor | None, limit: int) -> list[Left]:
        return [_left(row) for row in self._connection.execute(self.search(query, after, limit))]

    def search(self, query: DepositsQuery, after: Cursor | None, limit: int) -> Select[Any]:
        """The statement behind `page`."""
        # The same order by either table, each with an index of its own: few of many deposits are held.
        c, conditions = deposits.c, list[ColumnElement[bool] | TextClause]()
        at, row_id = (held.c.created_at, held.c.id) if query.held else (c.taken_at, c.id)
        if query.booking_id:
            conditions.append(c.booking_id == query.booking_id)
        if query.held is not None:
            conditions.append(LEFT_OF_DEPOSITS if query.held else held.c.remaining == 0)
        if after:
            conditions.append(behind(after, at, row_id))
        return _with_left().where(*conditions).order_by(at.desc(), row_id).limit(limit)


def _with_left() -> Select[Any]:
    return select(deposits, *LEFT).join(held, held.c.id == deposits.c.id)


def _left(row: Row[Any]) -> Left:
    left = {name: getattr(row, f"held_{name}") for name in HELD.columns}
    return StoredDeposit(**FIELDS.read(row)), Held(**left)
