"""The table of halls."""

from sqlalchemy import Column, Integer, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from booking.tables import metadata
from core.postgres.tables import Timestamp

halls = Table(
    "halls",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("timezone", Text, nullable=False),
    # What a booking of the hall takes: the hall itself, or the halls it is made of.
    Column("spaces", ARRAY(Uuid), nullable=False),
    Column("details", JSONB, nullable=False),
    Column("created_at", Timestamp, nullable=False, server_default=func.now()),
    # Counts every change by which somebody may have judged a sale, exceptions of its hours included.
    Column("version", Integer, nullable=False, server_default=text("1")),
    # Since when it takes what it takes: parts, buffers and zone.
    Column("taken_since", Timestamp),
)
