"""The table of the waitlist."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE

from booking.tables import metadata
from core.postgres.tables import Timestamp

waitlist = Table(
    "waitlist",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("customer_id", Uuid, nullable=False),
    Column("spaces", ARRAY(Uuid), nullable=False),
    Column("during", TSTZRANGE, nullable=False),
    Column("status", Text, nullable=False),
    Column("request", JSONB, nullable=False),
    Column("booking_id", Uuid, ForeignKey("bookings.id", name="waitlist_booking_id_fkey"), unique=True),
    Column("created_at", Timestamp, nullable=False),
    CheckConstraint(
        "status IN ('waiting', 'offered', 'accepted', 'missed', 'withdrawn', 'lapsed')", name="waitlist_status_check"
    ),
)
Index(
    "waitlist_waiting",
    waitlist.c.during,
    postgresql_using="gist",
    postgresql_where=text("status = 'waiting'"),
)
Index("waitlist_by_creation", waitlist.c.created_at.desc(), waitlist.c.id)
Index("waitlist_by_customer", waitlist.c.customer_id, waitlist.c.created_at.desc(), waitlist.c.id)
