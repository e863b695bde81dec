"""The inbox: an event takes effect once per subscriber, because its row commits with the effect."""

from uuid import UUID

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import insert


class Inbox:
    """The events one schema has taken in, inside one transaction."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table

    def accept(self, subscriber: str, event_id: UUID) -> bool:
        """True the first time; False for a repeat, which then needs no work at all."""
        statement = insert(self._table).values(subscriber=subscriber, event_id=event_id)
        result = self._connection.execute(statement.on_conflict_do_nothing().returning(self._table.c.event_id))
        return result.one_or_none() is not None
