"""The table of photos."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from booking.tables import metadata
from core.postgres.tables import Timestamp

photos = Table(
    "photos",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("hall_id", Uuid, ForeignKey("halls.id", name="photos_hall_id_fkey")),
    Column("status", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("look_at", Timestamp, nullable=False),
    Column("created_at", Timestamp, nullable=False),
    CheckConstraint("(kind = 'hall') = (hall_id IS NOT NULL)", name="photos_of_a_hall_check"),
)
Index("photos_by_hall", photos.c.hall_id, photos.c.position)
Index("photos_to_look_at", photos.c.look_at, postgresql_where=photos.c.status.in_(("awaiting", "removed")))
