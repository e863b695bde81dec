"""Tables of the integration service: every event that crossed the broker."""

from sqlalchemy import Column, Index, Integer, MetaData, PrimaryKeyConstraint, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB

from core.tables import Timestamp, delivery_tables

metadata = MetaData(schema="integration")
delivery = delivery_tables(metadata)

events = Table(
    "events",
    metadata,
    Column("id", Uuid, nullable=False),
    Column("type", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("time", Timestamp, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("causation_id", Text),
    Column("booking_id", Uuid),
    Column("payment_id", Uuid),
    Column("envelope", JSONB, nullable=False),
    Column("received_at", Timestamp, nullable=False, server_default=func.now()),
    # By month; an event's time is its own for ever, so that a repeat meets its like in the same month.
    PrimaryKeyConstraint("id", "time"),
    postgresql_partition_by="RANGE (time)",
)
NEWEST_FIRST = (events.c.time.desc(), events.c.id)
Index("events_by_time", *NEWEST_FIRST)
Index("events_by_type", events.c.type, *NEWEST_FIRST)
Index("events_by_correlation", events.c.correlation_id, *NEWEST_FIRST)
Index("events_by_booking", events.c.booking_id, *NEWEST_FIRST, postgresql_where=events.c.booking_id.is_not(None))
Index("events_by_payment", events.c.payment_id, *NEWEST_FIRST, postgresql_where=events.c.payment_id.is_not(None))
