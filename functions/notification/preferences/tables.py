"""What people left, and the secrets of their links."""

from sqlalchemy import Column, PrimaryKeyConstraint, Table, Text, UniqueConstraint, Uuid

from core.postgres.tables import Timestamp
from notification.tables import metadata

# The secret does nothing but leave messages and take that back.
readers = Table(
    "readers",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("secret", Text, nullable=False),
    UniqueConstraint("secret", name="readers_secret_key"),
)

left_messages = Table(
    "left_messages",
    metadata,
    Column("person_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("left_at", Timestamp, nullable=False),
    PrimaryKeyConstraint("person_id", "kind", "channel"),
)
