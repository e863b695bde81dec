"""The inbox: an event takes effect once per subscriber, because its row commits with the effect."""

from functools import cache
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert


class Inbox:
    """The events one schema has taken in, inside one transaction."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table

    def accept(self, subscriber: str, event_id: UUID) -> bool:
        """True the first time; False for a repeat, which then needs no work at all."""
        values = {"subscriber": subscriber, "event_id": event_id}
        return self._connection.execute(_insertion(self._table), values).one_or_none() is not None


@cache
def _insertion(table: Table) -> ReturningInsert[tuple[UUID]]:
    row = insert(table).values(subscriber=bindparam("subscriber"), event_id=bindparam("event_id"))
    return row.on_conflict_do_nothing().returning(table.c.event_id)
