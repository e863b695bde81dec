"""The tables that every service has in its own schema: outbox, inbox, idempotency keys, job failures, calls."""

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
    """The five tables of one schema."""

    outbox: Table
    inbox: Table
    idempotency: Table
    failures: Table
    calls: Table


def delivery_tables(metadata: MetaData) -> DeliveryTables:
    """Define them in the schema of `metadata`."""
    return DeliveryTables(
        outbox=_outbox(metadata),
        inbox=_inbox(metadata),
        idempotency=_idempotency(metadata),
        failures=_failures(metadata),
        calls=_calls(metadata),
    )


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
        # When to publish it again; NULL unless a replay is in progress.
        Column("replay_at", Timestamp),
    )
    # In the order of publishing: a partial index of the few rows that wait.
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
        # The error's type only: its message may contain personal data.
        Column("error", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("first_failed_at", Timestamp, nullable=False),
        Column("next_attempt_at", Timestamp, nullable=False),
    )


def _calls(metadata: MetaData) -> Table:
    # Unlogged: to count a call writes nothing to the WAL and waits for no disk, and a crash may forget the counts.
    return Table(
        "calls",
        metadata,
        # A digest of the caller and the class of calls, so a row names nobody.
        Column("key", Text, primary_key=True),
        # When all calls will be forgotten; no index, so that an update stays on its page.
        Column("free_at", Timestamp, nullable=False),
        prefixes=["UNLOGGED"],
    )


def _by_age(table: Table, column: Column[datetime]) -> None:
    """A BRIN index: rows are stored by age, so a few bytes for every megabyte are enough."""
    Index(f"{table.name}_by_age", column, postgresql_using="brin")
