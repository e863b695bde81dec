"""The table of visits that came from files."""

from sqlalchemy import Column, Table, Text, Uuid

from booking.tables import metadata
from core.postgres.tables import Timestamp

imported_visits = Table(
    "imported_visits",
    metadata,
    Column("key", Text, primary_key=True),
    Column("booking_id", Uuid, nullable=False),
    Column("imported_at", Timestamp, nullable=False),
)
