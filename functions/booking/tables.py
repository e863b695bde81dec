"""Tables of the booking service. `occupancy` alone decides whether a slot is free."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
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
    # What a booking of the hall takes: the hall itself, or the halls it is made of.
    Column("spaces", ARRAY(Uuid), nullable=False),
    Column("details", JSONB, nullable=False),
    Column("created_at", Timestamp, nullable=False, server_default=func.now()),
    # Counts every change by which somebody may have judged a sale, exceptions of its hours included.
    Column("version", Integer, nullable=False, server_default=text("1")),
    # Since when it takes what it takes: parts, buffers and zone.
    Column("taken_since", Timestamp),
)

quotes = Table(
    "quotes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("document", JSONB, nullable=False),
    Column("valid_until", Timestamp, nullable=False),
    # A digest of the address that asked, to count by.
    Column("asker", Text),
)
Index("quotes_by_asker", quotes.c.asker, quotes.c.valid_until)

Index("quotes_by_age", quotes.c.valid_until, postgresql_using="brin")

bookings = Table(
    "bookings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("customer_id", Uuid, nullable=False),
    Column("group_id", Uuid),
    Column("hall_id", Uuid, ForeignKey(halls.c.id, name="bookings_hall_id_fkey"), nullable=False),
    Column("also_hall_ids", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    Column("during", TSTZRANGE, nullable=False),
    Column("people", Integer, nullable=False),
    Column("comment", Text),
    # What it was sold by: lines, adjustments, add-ons, promo code, tariff version.
    Column("price", JSONB, nullable=False),
    # Terms, accepted rules, names and times that follow from the hall at the time of sale.
    Column("details", JSONB, nullable=False),
    Column("total", Integer, nullable=False),
    Column("prepayment", Integer, nullable=False),
    Column("paid", Integer, nullable=False, server_default=text("0")),
    Column("refund_due", Integer, nullable=False, server_default=text("0")),
    Column("refunded", Integer, nullable=False, server_default=text("0")),
    Column("hold_expires_at", Timestamp),
    Column("created_at", Timestamp, nullable=False),
    Column("correlation_id", Text, nullable=False),
    CheckConstraint(
        "status IN ('pending', 'confirmed', 'in_progress', 'completed', 'no_show', 'cancelled', 'expired')",
        name="bookings_status_check",
    ),
    CheckConstraint("(status = 'pending') = (hold_expires_at IS NOT NULL)", name="bookings_hold_check"),
    CheckConstraint(
        "total >= 0 AND prepayment BETWEEN 0 AND total AND paid >= 0 AND refund_due BETWEEN 0 AND paid",
        name="bookings_money_check",
    ),
    CheckConstraint("refunded >= 0", name="bookings_refunded_check"),
)
Index("bookings_by_customer", bookings.c.customer_id, bookings.c.created_at.desc(), bookings.c.id)
Index("bookings_by_creation", bookings.c.created_at.desc(), bookings.c.id)
Index("bookings_by_hall", bookings.c.hall_id, text("lower(during)"))
# Of the visits that touch some days, whatever their length.
Index("bookings_by_time", bookings.c.during, postgresql_using="gist")
Index("bookings_by_status", bookings.c.status, bookings.c.created_at.desc(), bookings.c.id)
Index("bookings_of_hall", bookings.c.hall_id, bookings.c.created_at.desc(), bookings.c.id)
Index(
    "bookings_of_further_halls",
    bookings.c.also_hall_ids,
    postgresql_using="gin",
    postgresql_where=text("cardinality(also_hall_ids) > 0"),
)
Index("bookings_by_group", bookings.c.group_id, postgresql_where=text("group_id IS NOT NULL"))
Index("bookings_unpaid", bookings.c.customer_id, postgresql_where=text("status = 'pending'"))
Index("bookings_holds", bookings.c.hold_expires_at, postgresql_where=text("status = 'pending'"))
Index(
    "bookings_visits",
    text("upper(during)"),
    _table=bookings,
    postgresql_where=text("status IN ('confirmed', 'in_progress')"),
)

payments = Table(
    "payments",
    metadata,
    Column("payment_id", Uuid, primary_key=True),
    Column("booking_id", Uuid, ForeignKey(bookings.c.id, name="payments_booking_id_fkey"), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("received_at", Timestamp, nullable=False, server_default=func.now()),
)

# Of payments that never counted here, too: one that is counted later is worth what is left of it.
refunds = Table(
    "refunds",
    metadata,
    Column("refund_id", Uuid, primary_key=True),
    Column("payment_id", Uuid, nullable=False),
    Column("booking_id", Uuid, ForeignKey(bookings.c.id, name="refunds_booking_id_fkey"), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("noted_at", Timestamp, nullable=False, server_default=func.now()),
    CheckConstraint("amount > 0", name="refunds_amount_check"),
)
Index("refunds_by_payment", refunds.c.payment_id)

occupancy = Table(
    "occupancy",
    metadata,
    # The booking, closure or external calendar that claims the time.
    Column("owner_id", Uuid, primary_key=True),
    Column("hall_id", Uuid, ForeignKey(halls.c.id, name="occupancy_hall_id_fkey"), primary_key=True),
    Column("during", TSTZRANGE, primary_key=True),
    Column("kind", Text, nullable=False),
    ExcludeConstraint(("hall_id", "="), ("during", "&&"), using="gist", name="occupancy_no_overlap"),
    CheckConstraint("kind IN ('booking', 'closure', 'external')", name="occupancy_kind_check"),
    CheckConstraint(
        "NOT isempty(during) AND lower_inc(during) AND NOT upper_inc(during)",
        name="occupancy_half_open_check",
    ),
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

transitions = Table(
    "transitions",
    metadata,
    Column("booking_id", Uuid, ForeignKey(bookings.c.id, name="transitions_booking_id_fkey"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("action", Text, nullable=False),
    Column("from_status", Text),
    Column("to_status", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text),
    Column("at", Timestamp, nullable=False),
    # The fields that changed, as they were and as they are.
    Column("before", JSONB, nullable=False),
    Column("after", JSONB, nullable=False),
)
Index(
    "transitions_away",
    transitions.c.at,
    postgresql_where=text("to_status IN ('cancelled', 'expired') OR action = 'reschedule'"),
)
