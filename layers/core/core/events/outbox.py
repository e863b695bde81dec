"""The outbox: events commit with the state change, are published right after, and relayed if that failed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol
from uuid import UUID

from pg8000.exceptions import Error as DriverError
from sqlalchemy import (
    Connection,
    Engine,
    Insert,
    Table,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import SQLAlchemyError

from core.observability import count, logger
from core.postgres.database import DEFERRED, driver
from shared_schemas.events.envelope import Envelope

RELAY_BATCH = 100


class Publisher(Protocol):
    """Sends envelopes to the broker."""

    def publish(self, envelopes: Sequence[Envelope]) -> set[UUID]:
        """The ids that the broker took; the others must be tried again."""


@dataclass(frozen=True)
class Outbox:
    """The outbox table of one schema."""

    table: Table

    def append(self, connection: Connection, envelopes: Sequence[Envelope]) -> None:
        """Store events in the caller's transaction; they travel with its next statement, or with its commit."""
        for envelope in envelopes:
            values = {"event_id": envelope.id, "type": envelope.type, "document": envelope.model_dump_json()}
            connection.execute(_insertion(self.table), values, execution_options=DEFERRED)

    def post(self, connection: Connection, envelope: Envelope) -> None:
        """Store an event in a transaction of its own, without waiting for it; the relay publishes it."""
        values = (envelope.id, envelope.type, envelope.model_dump_json())
        driver(connection).post(_posted(self.table), values)

    def publish(self, engine: Engine, publisher: Publisher, envelopes: Sequence[Envelope]) -> None:
        """Publish committed events at once. Failures are left to the relay, so nothing is raised here."""
        if taken := try_to_publish(publisher, envelopes):
            try:
                with engine.connect() as connection:
                    driver(connection).post(_marking(self.table), (list(taken),))
            except (DriverError, SQLAlchemyError):
                # The caller's change is committed all the same, and a second delivery is harmless.
                logger.exception("Published events could not be marked", events=[str(event_id) for event_id in taken])

    def relay(self, engine: Engine, publisher: Publisher, enough_time: Callable[[], bool] = lambda: True) -> int:
        """Publish all that is due, oldest first, in batches; returns how many events the broker took."""
        total = 0
        while enough_time():
            with engine.begin() as connection:
                due = self._claim(connection)
                envelopes = [e for document in due.values() if (e := read(self.table, document))]
                taken = try_to_publish(publisher, envelopes) if envelopes else set()
                self._mark(connection, taken)
                self._postpone(connection, due.keys() - taken)
            total += len(taken)
            # If it took nothing, the broker is down, and asking again at once would not help.
            if len(due) < RELAY_BATCH or not taken:
                break
        return total

    def lag_seconds(self, connection: Connection) -> float:
        """The age of the oldest unpublished event, in seconds."""
        age = select(func.coalesce(func.extract("epoch", func.now() - func.min(self.table.c.created_at)), 0))
        return float(connection.execute(age.where(self.table.c.published_at.is_(None))).scalar_one())

    def _claim(self, connection: Connection) -> dict[UUID, object]:
        table = self.table
        rows = connection.execute(
            select(table.c.event_id, table.c.envelope)
            .where(table.c.published_at.is_(None), table.c.next_attempt_at <= func.now())
            .order_by(table.c.position)
            .limit(RELAY_BATCH)
            .with_for_update(skip_locked=True)
        )
        return {row.event_id: row.envelope for row in rows}

    def _mark(self, connection: Connection, ids: set[UUID]) -> None:
        if ids:
            connection.exec_driver_sql(_marking(self.table).replace("$1", "%s"), (list(ids),))

    def _postpone(self, connection: Connection, ids: set[UUID]) -> None:
        if not ids:
            return
        table = self.table
        wait = text("now() + least(interval '15 minutes', interval '10 seconds' * 2 ^ least(attempts, 10))")
        connection.execute(
            update(table).where(table.c.event_id.in_(ids)).values(attempts=table.c.attempts + 1, next_attempt_at=wait)
        )


@cache
def _insertion(table: Table) -> Insert:
    document = cast(bindparam("document", type_=Text), JSONB)
    row = insert(table).values(event_id=bindparam("event_id"), type=bindparam("type"), envelope=document)
    return row.inline()  # or SQLAlchemy asks for the row's position


@cache
def _posted(table: Table) -> str:
    return f"INSERT INTO {table.fullname} (event_id, type, envelope) VALUES ($1, $2, $3::jsonb)"  # noqa: S608


@cache
def _marking(table: Table) -> str:
    """Losing this mark in a crash only means publishing twice, which consumers tolerate: no disk flush is needed."""
    spare = "WITH spare AS MATERIALIZED (SELECT public.for_this_transaction('synchronous_commit', 'off')) "
    mark = f"UPDATE {table.fullname} SET published_at = now() FROM spare WHERE event_id = ANY ($1::uuid[])"  # noqa: S608
    return spare + mark


def read(table: Table, document: object) -> Envelope | None:
    """The event in a row; None, and a line in the log, if it cannot be read: it must not stop the others."""
    try:
        return Envelope.model_validate(document)
    except ValueError:
        logger.exception("A row of the outbox holds no event", table=table.fullname)
        return None


def try_to_publish(publisher: Publisher, envelopes: Sequence[Envelope]) -> set[UUID]:
    """The ids that the broker took: none if it does not answer."""
    try:
        taken = publisher.publish(envelopes)
    except Exception:
        # Whatever error the broker's client raised, the events are safe in the table.
        logger.exception("The broker did not take the events", events=[str(e.id) for e in envelopes])
        taken = set()
    if missing := len(envelopes) - len(taken):
        count("EventsNotPublished", missing)
    return taken
