"""Tables of the booking service. `occupancy` alone decides whether a slot is free."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Time,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE, ExcludeConstraint

from core.tables import Timestamp, delivery_tables

metadata = MetaData(schema="booking")
delivery = delivery_tables(metadata)

halls = Table(
    "halls",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("timezone", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("created_at", Timestamp, nullable=False, server_default=func.now()),
)

tariffs = Table(
    "tariffs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("hall_id", Uuid, ForeignKey(halls.c.id, name="tariffs_hall_id_fkey")),
    Column("name", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("weekdays", ARRAY(SmallInteger), nullable=False),
    Column("starts", Time, nullable=False),
    Column("ends", Time, nullable=False),
    Column("price_per_hour", Integer, nullable=False),
    Column("created_at", Timestamp, nullable=False, server_default=func.now()),
    CheckConstraint("price_per_hour >= 0", name="tariffs_price_check"),
)

quotes = Table(
    "quotes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("document", JSONB, nullable=False),
    Column("valid_until", Timestamp, nullable=False),
)

bookings = Table(
    "bookings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("customer_id", Uuid, nullable=False),
    Column("hall_id", Uuid, ForeignKey(halls.c.id, name="bookings_hall_id_fkey"), nullable=False),
    Column("during", TSTZRANGE, nullable=False),
    Column("people", Integer, nullable=False),
    Column("comment", Text),
    Column("price", JSONB, nullable=False),
    Column("total", Integer, nullable=False),
    Column("prepayment", Integer, nullable=False),
    Column("paid", Integer, nullable=False, server_default=text("0")),
    Column("hold_expires_at", Timestamp),
    Column("created_at", Timestamp, nullable=False),
    Column("correlation_id", Text, nullable=False),
    CheckConstraint(
        "status IN ('pending', 'confirmed', 'in_progress', 'completed', 'no_show', 'cancelled', 'expired')",
        name="bookings_status_check",
    ),
    CheckConstraint("(status = 'pending') = (hold_expires_at IS NOT NULL)", name="bookings_hold_check"),
)
Index("bookings_by_customer", bookings.c.customer_id, bookings.c.created_at.desc(), bookings.c.id)
Index("bookings_by_creation", bookings.c.created_at.desc(), bookings.c.id)
Index("bookings_holds", bookings.c.hold_expires_at, postgresql_where=text("status = 'pending'"))

payments = Table(
    "payments",
    metadata,
    Column("payment_id", Uuid, primary_key=True),
    Column("booking_id", Uuid, ForeignKey(bookings.c.id, name="payments_booking_id_fkey"), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("received_at", Timestamp, nullable=False, server_default=func.now()),
)

occupancy = Table(
    "occupancy",
    metadata,
    Column("booking_id", Uuid, ForeignKey(bookings.c.id, name="occupancy_booking_id_fkey"), primary_key=True),
    Column("hall_id", Uuid, ForeignKey(halls.c.id, name="occupancy_hall_id_fkey"), nullable=False),
    Column("during", TSTZRANGE, nullable=False),
    ExcludeConstraint(("hall_id", "="), ("during", "&&"), using="gist", name="occupancy_no_overlap"),
    CheckConstraint(
        "NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during)",
        name="occupancy_half_open_check",
    ),
)

transitions = Table(
    "transitions",
    metadata,
    Column("booking_id", Uuid, ForeignKey(bookings.c.id, name="transitions_booking_id_fkey"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("from_status", Text),
    Column("to_status", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text),
    Column("at", Timestamp, nullable=False),
)
