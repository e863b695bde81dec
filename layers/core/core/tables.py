"""The tables that every service has in its own schema: outbox, inbox and idempotency keys."""

from dataclasses import dataclass

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
    """The three tables of one schema."""

    outbox: Table
    inbox: Table
    idempotency: Table


def delivery_tables(metadata: MetaData) -> DeliveryTables:
    """Define them in the schema of `metadata`."""
    return DeliveryTables(_outbox(metadata), _inbox(metadata), _idempotency(metadata))


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
    )
    Index("outbox_unpublished", table.c.next_attempt_at, postgresql_where=text("published_at IS NULL"))
    return table


def _inbox(metadata: MetaData) -> Table:
    return Table(
        "inbox",
        metadata,
        Column("subscriber", Text, primary_key=True),
        Column("event_id", Uuid, primary_key=True),
        Column("received_at", Timestamp, nullable=False, server_default=func.now()),
    )


def _idempotency(metadata: MetaData) -> Table:
    return Table(
        "idempotency_keys",
        metadata,
        Column("principal", Text, primary_key=True),
        Column("operation", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("fingerprint", Text, nullable=False),
        Column("response", JSONB, nullable=False),
        Column("created_at", Timestamp, nullable=False, server_default=func.now()),
    )
