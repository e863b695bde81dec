"""The table of calendar feeds."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, Uuid

from booking.tables import metadata
from core.postgres.tables import Timestamp

calendar_feeds = Table(
    "calendar_feeds",
    metadata,
    Column("id", Uuid, primary_key=True),
    # Who reads the database learns no address that works.
    Column("token_digest", Text, nullable=False, unique=True),
    Column("hall_id", Uuid, ForeignKey("halls.id", name="calendar_feeds_hall_id_fkey")),
    Column("customer_id", Uuid),
    Column("created_by", Uuid, nullable=False),
    Column("created_at", Timestamp, nullable=False),
    Column("revoked_at", Timestamp),
    CheckConstraint("(hall_id IS NULL) <> (customer_id IS NULL)", name="calendar_feeds_of_one_check"),
)
Index("calendar_feeds_by_creator", calendar_feeds.c.created_by)
