"""The table of price lists."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from booking.tables import metadata
from core.postgres.tables import Timestamp

tariff_versions = Table(
    "tariff_versions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("note", Text, nullable=False),
    # The whole price list: an active or retired one never changes.
    Column("prices", JSONB, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Timestamp, nullable=False),
    Column("activated_at", Timestamp),
    CheckConstraint("status IN ('draft', 'active', 'retired')", name="tariff_versions_status_check"),
)
Index("tariff_versions_active", tariff_versions.c.status, unique=True, postgresql_where=text("status = 'active'"))
