"""Publishes events again: after a broker lost them, or for a new subscriber.

A replay is a mark on rows of the outbox, so a crash loses nothing: the next relay continues.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Engine, Table, and_, func, select, text, true, update

from core.events.outbox import RELAY_BATCH, Publisher, read, try_to_publish
from shared_schemas.common import Contract, Instant

MARK_BATCH = 1000
PAUSE = text("now() + interval '10 seconds'")


class ReplayRequest(Contract):
    """Events stored in [since, until), of these types; without types, of all."""

    since: Instant
    until: Instant | None = None
    types: Sequence[str] = ()


class OutboxReplay:
    """Marks rows of one outbox and publishes marked ones."""

    def __init__(self, engine: Engine, table: Table, publisher: Publisher) -> None:
        self._engine = engine
        self._table = table
        self._publisher = publisher

    def mark(self, request: ReplayRequest, enough_time: Callable[[], bool] = lambda: True) -> int:
        """Mark all rows of a range, as far as time allows. It may be repeated, for example after a crash."""
        until = request.until or self._now()
        total, position = 0, 0
        while True:
            with self._engine.begin() as connection:
                marked = self._mark(connection, request, until, position)
            total += len(marked)
            if len(marked) < MARK_BATCH or not enough_time():
                break
            position = max(marked)
        return total

    def publish(self, enough_time: Callable[[], bool]) -> int:
        """Publish marked rows, oldest first, as far as time allows; returns how many events the broker took."""
        total = 0
        while enough_time():
            with self._engine.begin() as connection:
                due = self._claim(connection)
                envelopes = [e for _, document in due if (e := read(self._table, document))]
                taken = try_to_publish(self._publisher, envelopes) if envelopes else set()
                self._settle(connection, taken, {event_id for event_id, _ in due} - taken)
            total += len(taken)
            if len(due) < RELAY_BATCH or not taken:
                break
        return total

    def left(self) -> int:
        """How many events wait to be published again."""
        waiting = select(func.count()).where(self._table.c.replay_at.is_not(None))
        with self._engine.connect() as connection:
            return int(connection.execute(waiting).scalar_one())

    def _now(self) -> datetime:
        with self._engine.connect() as connection:
            now: datetime = connection.execute(select(func.now())).scalar_one()
        return now

    def _mark(self, connection: Connection, request: ReplayRequest, until: datetime, after: int) -> list[int]:
        c = self._table.c
        wanted: list[ColumnElement[bool]] = [c.created_at >= request.since, c.created_at < until, c.position > after]
        kind = c.type.in_(request.types) if request.types else true()
        # Events that were never published need no replay: the relay publishes them.
        found = select(c.position).where(and_(*wanted, kind, c.published_at.is_not(None)))
        batch = found.order_by(c.position).limit(MARK_BATCH).with_for_update().subquery()
        mark = update(self._table).where(c.position.in_(select(batch.c.position))).values(replay_at=func.now())
        return list(connection.execute(mark.returning(c.position)).scalars())

    def _claim(self, connection: Connection) -> list[tuple[UUID, object]]:
        c = self._table.c
        due = select(c.event_id, c.envelope).where(c.replay_at <= func.now()).order_by(c.position).limit(RELAY_BATCH)
        return [(row.event_id, row.envelope) for row in connection.execute(due.with_for_update(skip_locked=True))]

    def _settle(self, connection: Connection, taken: set[UUID], refused: set[UUID]) -> None:
        c = self._table.c
        if taken:
            connection.execute(update(self._table).where(c.event_id.in_(taken)).values(replay_at=None))
        if refused:
            connection.execute(update(self._table).where(c.event_id.in_(refused)).values(replay_at=PAUSE))
