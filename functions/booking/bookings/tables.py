"""Tables of bookings: what was paid and given back, and the audit trail."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE

from booking.tables import metadata
from core.postgres.tables import Timestamp

bookings = Table(
    "bookings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("customer_id", Uuid, nullable=False),
    Column("group_id", Uuid),
    Column("hall_id", Uuid, ForeignKey("halls.id", name="bookings_hall_id_fkey"), nullable=False),
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
    # What was promised to go back and what was given away; nothing of most.
    Column("returns", JSONB),
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
# Whether somebody came before, or did not.
Index(
    "bookings_past",
    bookings.c.customer_id,
    bookings.c.status,
    text("lower(during)"),
    postgresql_where=text("status IN ('in_progress', 'completed', 'no_show')"),
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
    Column("booking_id", Uuid, ForeignKey("bookings.id", name="payments_booking_id_fkey"), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("received_at", Timestamp, nullable=False, server_default=func.now()),
)

# Of payments that never counted here, too: one that is counted later is worth what is left of it.
refunds = Table(
    "refunds",
    metadata,
    Column("refund_id", Uuid, primary_key=True),
    Column("payment_id", Uuid, nullable=False),
    Column("booking_id", Uuid, ForeignKey("bookings.id", name="refunds_booking_id_fkey"), nullable=False),
    Column("amount", Integer, nullable=False),
    Column("noted_at", Timestamp, nullable=False, server_default=func.now()),
    # How much of it the booking had promised, and when it was decided on; unknown of older ones.
    Column("promised", Integer),
    Column("decided_at", Timestamp),
    CheckConstraint("amount > 0", name="refunds_amount_check"),
)
Index("refunds_by_payment", refunds.c.payment_id)

# What staff hold of a deposit, as the payment service tells: the sum of all changes, which come in any order.
deposits = Table(
    "deposits",
    metadata,
    Column("deposit_id", Uuid, primary_key=True),
    Column("booking_id", Uuid, ForeignKey("bookings.id", name="deposits_booking_id_fkey"), nullable=False),
    Column("held", BigInteger, nullable=False),
)
Index("deposits_held", deposits.c.booking_id, postgresql_where=text("held > 0"))

transitions = Table(
    "transitions",
    metadata,
    Column("booking_id", Uuid, ForeignKey("bookings.id", name="transitions_booking_id_fkey"), primary_key=True),
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
