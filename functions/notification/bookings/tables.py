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
    Column("ends_at", Timestamp),
    Column("hold_ends_at", Timestamp),
    # When the customer was told of this start; NULL where they did not book with us and were told nothing since.
    Column("known_since", Timestamp, server_default=text("'2000-01-01 00:00:00+00'::timestamp with time zone")),
    # Of the release before rules, which may still be running beside this one; the next one drops it.
    Column("reminded_start", Timestamp),
)
Index("bookings_by_number", text("(facts->>'number')"), _table=bookings)
Index("bookings_by_start", bookings.c.starts_at)
Index("bookings_by_end", bookings.c.ends_at)
Index("bookings_held", bookings.c.hold_ends_at, postgresql_where=text("hold_ends_at IS NOT NULL"))
