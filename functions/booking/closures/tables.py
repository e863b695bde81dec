"""Tables of closures and of other calendars, and of the time that they want and somebody else has."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE

from booking.tables import metadata
from core.postgres.tables import Timestamp

closures = Table(
    "closures",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("hall_id", Uuid, ForeignKey("halls.id", name="closures_hall_id_fkey")),
    Column("during", TSTZRANGE, nullable=False),
    Column("reason", Text, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("until", Timestamp, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Timestamp, nullable=False),
    Column("removed_by", Text),
    Column("removed_at", Timestamp),
)
Index("closures_by_end", closures.c.until, postgresql_where=text("removed_at IS NULL"))

external_calendars = Table(
    "external_calendars",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("hall_id", Uuid, ForeignKey("halls.id", name="external_calendars_hall_id_fkey"), nullable=False),
    Column("name", Text, nullable=False),
    Column("url", Text),
    Column("created_at", Timestamp, nullable=False),
    Column("next_refresh_at", Timestamp),
    Column("imported_at", Timestamp),
    Column("error", Text),
    Column("conflicts", JSONB, nullable=False, server_default=text("'[]'")),
    Column("warnings", JSONB, nullable=False, server_default=text("'[]'")),
    Column("warnings_total", Integer, nullable=False, server_default=text("0")),
    # What was read last, without titles and guests: read again as days pass, and while the address does not answer.
    Column("source", Text),
)

unmet_claims = Table(
    "unmet_claims",
    metadata,
    # What a closure or an external calendar wants of a hall, and somebody else had when it asked.
    Column("owner_id", Uuid, primary_key=True),
    Column("hall_id", Uuid, primary_key=True),
    Column("during", TSTZRANGE, primary_key=True),
    Column("kind", Text, nullable=False),
    CheckConstraint("kind IN ('closure', 'external')", name="unmet_claims_kind_check"),
    Index("unmet_claims_by_hall", "hall_id"),
)
