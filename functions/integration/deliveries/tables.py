"""Deliveries to other systems, and how each connector fares."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from core.postgres.tables import Timestamp
from integration.tables import metadata

# One row each: whose turn it is, whether it may send, and how that went.
connectors = Table(
    "connectors",
    metadata,
    Column("name", Text, primary_key=True),
    Column("next_turn_at", Timestamp, nullable=False, server_default=text("'-infinity'")),
    Column("paused_at", Timestamp),
    Column("paused_by", Uuid),
    Column("pause_reason", Text),
    Column("last_success_at", Timestamp),
    Column("last_failure_at", Timestamp),
    Column("last_failure", Text),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("connector", Text, nullable=False),
    # Which of the connector's receivers; empty if it has but one.
    Column("target", Text, nullable=False),
    # What is to be told one at a time: the customer, where a system keeps records of them.
    Column("subject", Uuid),
    Column("event_id", Uuid, nullable=False),
    Column("event_type", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("envelope", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Timestamp),
    # An attempt is in progress until then, unless its process died.
    Column("leased_until", Timestamp),
    Column("expires_at", Timestamp, nullable=False),
    Column("response_code", Integer),
    Column("duration_ms", Integer),
    Column("error", Text),
    Column("created_at", Timestamp, nullable=False),
    Column("finished_at", Timestamp),
    UniqueConstraint("connector", "target", "event_id", name="deliveries_once_key"),
    CheckConstraint("status IN ('waiting', 'delivered', 'skipped', 'dead')", name="deliveries_status_check"),
    CheckConstraint("(status = 'waiting') = (next_attempt_at IS NOT NULL)", name="deliveries_next_attempt_check"),
    CheckConstraint("(status = 'waiting') = (finished_at IS NULL)", name="deliveries_finished_check"),
)
NEWEST_DELIVERIES = (deliveries.c.created_at.desc(), deliveries.c.id)
WAITING = text("status = 'waiting'")
Index("deliveries_by_target", deliveries.c.connector, deliveries.c.target, *NEWEST_DELIVERIES)
Index("deliveries_by_connector", deliveries.c.connector, *NEWEST_DELIVERIES)
Index("deliveries_due", deliveries.c.connector, deliveries.c.next_attempt_at, postgresql_where=WAITING)
Index("deliveries_dead", deliveries.c.connector, deliveries.c.created_at, postgresql_where=text("status = 'dead'"))
Index(
    "deliveries_leased",
    deliveries.c.connector,
    deliveries.c.subject,
    postgresql_where=text("leased_until IS NOT NULL"),
)
Index("deliveries_finished", deliveries.c.finished_at, postgresql_where=text("finished_at IS NOT NULL"))
