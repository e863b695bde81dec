"""The bookings that messages are about."""

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from core.postgres.tables import Timestamp
from notification.tables import metadata

# Bookings as of their events; only a newer version replaces a row.
bookings = Table(
    "bookings",
    metadata,
    Column("booking_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("customer_id", Uuid, nullable=False),
    Column("starts_at", Timestamp, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("correlation_id", Text, nullable=False),
    # The start for which a reminder was sent; a booking that moves gets a new one.
    Column("reminded_start", Timestamp),
)
Index("bookings_by_number", text("(facts->>'number')"), _table=bookings)
Index("bookings_to_remind", bookings.c.starts_at, postgresql_where=text("status = 'confirmed'"))
