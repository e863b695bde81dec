"""SQL for what is still to be compared with the ledger."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Connection, any_, bindparam, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from payment.attempts import tables as t
from payment.books.checks_tables import ledger_passes, ledger_touched

NAME, FIRST = "ledger", UUID(int=0)


class LedgerCheckRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def touched(self, provider: str, after: int, limit: int) -> list[tuple[int, UUID]]:
        c = ledger_touched.c
        query = select(c.position, c.payment_id).where(c.provider == provider, c.position > after)
        rows = self._connection.execute(query.order_by(c.position).limit(limit))
        return [(row.position, row.payment_id) for row in rows]

    def touch(self, payments: Collection[UUID]) -> None:
        chosen = select(t.payments.c.provider, t.payments.c.id).where(t.payments.c.id.in_(payments))
        self._connection.execute(insert(ledger_touched).from_select(["provider", "payment_id"], chosen))

    def forget(self, provider: str, positions: Collection[int]) -> None:
        c, chosen = ledger_touched.c, any_(bindparam("chosen", list(positions), ARRAY(BigInteger)))
        self._connection.execute(delete(ledger_touched).where(c.provider == provider, c.position == chosen))

    def whole_from(self, before: datetime) -> UUID | None:
        row = self._connection.execute(select(ledger_passes).where(ledger_passes.c.name == NAME)).one_or_none()
        if row is None:
            return FIRST
        after: UUID | None = row.after
        return FIRST if after is None and row.ended_at < before else after

    def whole_came_to(self, after: UUID) -> None:
        self._keep(after=after)

    def whole_ended(self, at: datetime) -> None:
        self._keep(after=None, ended_at=at)

    def _keep(self, **values: UUID | datetime | None) -> None:
        statement = upsert(ledger_passes).values(name=NAME, **values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
