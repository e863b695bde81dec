"""Who subscribed to webhooks, and the secrets that sign the calls."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from core.postgres.tables import Timestamp
from integration.tables import metadata

webhook_subscriptions = Table(
    "webhook_subscriptions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("url", Text, nullable=False),
    Column("event_types", ARRAY(Text), nullable=False),
    Column("description", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("disabled_reason", Text),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("secret", Text, nullable=False),
    Column("previous_secret", Text),
    Column("previous_secret_until", Timestamp),
    Column("created_at", Timestamp, nullable=False),
    Column("created_by", Uuid, nullable=False),
    CheckConstraint("status IN ('active', 'disabled')", name="webhook_subscriptions_status_check"),
    CheckConstraint(
        "(previous_secret IS NULL) = (previous_secret_until IS NULL)", name="webhook_subscriptions_previous_check"
    ),
)
NEWEST_SUBSCRIPTIONS = (webhook_subscriptions.c.created_at.desc(), webhook_subscriptions.c.id)
Index("webhook_subscriptions_by_time", *NEWEST_SUBSCRIPTIONS)
