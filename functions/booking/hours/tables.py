"""The table of exceptions from opening hours."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from booking.tables import metadata
from core.postgres.tables import Timestamp

date_overrides = Table(
    "date_overrides",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("hall_id", Uuid, ForeignKey("halls.id", name="date_overrides_hall_id_fkey")),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("hours", JSONB(none_as_null=True)),
    Column("holiday", Boolean),
    Column("note", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Timestamp, nullable=False),
    CheckConstraint("first_day <= last_day", name="date_overrides_days_check"),
)
Index("date_overrides_by_last_day", date_overrides.c.last_day)
