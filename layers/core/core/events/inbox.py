"""The inbox: an event takes effect once per subscriber, because its row commits with the effect."""

from collections.abc import Mapping, Sequence
from functools import cache
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Table, bindparam, cast, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert


class Inbox:
    """The events that one schema has handled, inside one transaction. What a subscriber noted under one of its `former`
    names counts, too."""

    def __init__(self, connection: Connection, table: Table, former: Mapping[str, str] | None = None) -> None:
        self._connection = connection
        self._table = table
        self._former = former or {}

    def accept(self, subscriber: str, event_id: UUID) -> bool:
        """True the first time; False for a repeat, which needs no work. A subscriber has the name of its queue without
        that of the bus."""
        values = {"subscriber": subscriber, "event_id": event_id}
        statement = _insertion(self._table)
        if subscriber in self._former:
            statement, values = _renamed(self._table), {**values, "formerly": self._former[subscriber]}
        return self._connection.execute(statement, values).one_or_none() is not None

    def accept_all(self, subscriber: str, event_ids: Sequence[UUID]) -> set[UUID]:
        """The same for many events at once: those that come for the first time."""
        if subscriber in self._former:
            return {event_id for event_id in event_ids if self.accept(subscriber, event_id)}
        values = {"subscriber": subscriber, "event_ids": list(event_ids)}
        return {row.event_id for row in self._connection.execute(_insertion_of_many(self._table), values)}


@cache
def _insertion_of_many(table: Table) -> ReturningInsert[tuple[UUID]]:
    each = func.unnest(bindparam("event_ids", type_=ARRAY(table.c.event_id.type))).column_valued("event_id")
    name = cast(bindparam("subscriber"), table.c.subscriber.type)
    # In one order, so that two who take the same events never wait for each other.
    row = insert(table).from_select(["subscriber", "event_id"], select(name, each).order_by(each))
    return row.on_conflict_do_nothing().returning(table.c.event_id)


@cache
def _insertion(table: Table) -> ReturningInsert[tuple[UUID]]:
    row = insert(table).values(subscriber=bindparam("subscriber"), event_id=bindparam("event_id"))
    return row.on_conflict_do_nothing().returning(table.c.event_id)


@cache
def _renamed(table: Table) -> ReturningInsert[tuple[UUID]]:
    before = table.alias()
    event_id = bindparam("event_id", type_=table.c.event_id.type)
    known = exists().where(before.c.subscriber == bindparam("formerly"), before.c.event_id == event_id)
    name = cast(bindparam("subscriber"), table.c.subscriber.type)
    row = insert(table).from_select(["subscriber", "event_id"], select(name, event_id).where(~known))
    return row.on_conflict_do_nothing().returning(table.c.event_id)
