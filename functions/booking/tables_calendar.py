"""Tables of what stands in a calendar beside bookings: exceptions, closures, other calendars, feeds, the waitlist."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE

from booking.tables import bookings, halls, metadata
from core.tables import Timestamp

date_overrides = Table(
    "date_overrides",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("hall_id", Uuid, ForeignKey(halls.c.id, name="date_overrides_hall_id_fkey")),
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

closures = Table(
    "closures",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("hall_id", Uuid, ForeignKey(halls.c.id, name="closures_hall_id_fkey")),
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
    Column("hall_id", Uuid, ForeignKey(halls.c.id, name="external_calendars_hall_id_fkey"), nullable=False),
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

calendar_feeds = Table(
    "calendar_feeds",
    metadata,
    Column("id", Uuid, primary_key=True),
    # Who reads the database learns no address that works.
    Column("token_digest", Text, nullable=False, unique=True),
    Column("hall_id", Uuid, ForeignKey(halls.c.id, name="calendar_feeds_hall_id_fkey")),
    Column("customer_id", Uuid),
    Column("created_by", Uuid, nullable=False),
    Column("created_at", Timestamp, nullable=False),
    Column("revoked_at", Timestamp),
    CheckConstraint("(hall_id IS NULL) <> (customer_id IS NULL)", name="calendar_feeds_of_one_check"),
)
Index("calendar_feeds_by_creator", calendar_feeds.c.created_by)

waitlist = Table(
    "waitlist",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("customer_id", Uuid, nullable=False),
    Column("spaces", ARRAY(Uuid), nullable=False),
    Column("during", TSTZRANGE, nullable=False),
    Column("status", Text, nullable=False),
    Column("request", JSONB, nullable=False),
    Column("booking_id", Uuid, ForeignKey(bookings.c.id, name="waitlist_booking_id_fkey"), unique=True),
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
