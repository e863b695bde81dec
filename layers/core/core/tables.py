"""The tables that every service has in its own schema: outbox, inbox, idempotency keys, and what jobs could not do."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

Timestamp = DateTime(timezone=True)


@dataclass(frozen=True)
class DeliveryTables:
    """The four tables of one schema."""

    outbox: Table
    inbox: Table
    idempotency: Table
    failures: Table


def delivery_tables(metadata: MetaData) -> DeliveryTables:
    """Define them in the schema of `metadata`."""
    return DeliveryTables(_outbox(metadata), _inbox(metadata), _idempotency(metadata), _failures(metadata))


def _outbox(metadata: MetaData) -> Table:
    table = Table(
        "outbox",
        metadata,
        Column("position", BigInteger, Identity(always=True), primary_key=True),
        Column("event_id", Uuid, nullable=False, unique=True),
        Column("type", Text, nullable=False),
        Column("envelope", JSONB, nullable=False),
        Column("created_at", Timestamp, nullable=False, server_default=func.now()),
        Column("attempts", Integer, nullable=False, server_default=text("0")),
        Column("next_attempt_at", Timestamp, nullable=False, server_default=text("now() + interval '10 seconds'")),
        Column("published_at", Timestamp),
        # When to publish it once more; NULL but while a replay is under way.
        Column("replay_at", Timestamp),
    )
    # In the order in which they are published: the few that wait are found without those that do not.
    Index("outbox_waiting", table.c.position, postgresql_where=text("published_at IS NULL"))
    Index("outbox_replays", table.c.position, postgresql_where=text("replay_at IS NOT NULL"))
    _by_age(table, table.c.created_at)
    return table


def _inbox(metadata: MetaData) -> Table:
    table = Table(
        "inbox",
        metadata,
        Column("subscriber", Text, primary_key=True),
        Column("event_id", Uuid, primary_key=True),
        Column("received_at", Timestamp, nullable=False, server_default=func.now()),
    )
    _by_age(table, table.c.received_at)
    return table


def _idempotency(metadata: MetaData) -> Table:
    table = Table(
        "idempotency_keys",
        metadata,
        Column("principal", Text, primary_key=True),
        Column("operation", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("fingerprint", Text, nullable=False),
        Column("response", JSONB, nullable=False),
        Column("created_at", Timestamp, nullable=False, server_default=func.now()),
    )
    _by_age(table, table.c.created_at)
    return table


def _failures(metadata: MetaData) -> Table:
    return Table(
        "job_failures",
        metadata,
        Column("job", Text, primary_key=True),
        Column("item", Text, primary_key=True),
        # The error's type: its words may hold personal data.
        Column("error", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("first_failed_at", Timestamp, nullable=False),
        Column("next_attempt_at", Timestamp, nullable=False),
    )


def _by_age(table: Table, column: Column[datetime]) -> None:
    """Rows lie on the disk by age, so a few bytes for every megabyte of them tell where to look."""
    Index(f"{table.name}_by_age", column, postgresql_using="brin")
