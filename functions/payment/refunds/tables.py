"""The table of what goes back."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from payment.tables import metadata, sent_in_attempts

refunds = Table(
    "refunds",
    metadata,
    Column("id", Uuid, primary_key=True),
    # The order in which they were asked for: a payment's refunds go to the gateway one after the other.
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Column("payment_id", Uuid, ForeignKey("payments.id", name="refunds_payment_id_fkey"), nullable=False),
    Column("booking_id", Uuid, nullable=False),
    Column("customer_id", Uuid, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("comment", Text),
    Column("cause", Text, nullable=False),
    Column("requested_by", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    # What the gateway knows it by.
    Column("key", Uuid, nullable=False),
    Column("gateway_refund_id", Text),
    *sent_in_attempts(),
    # Who said what became of it where its gateway would not, and why.
    Column("decided_by", Text),
    Column("decision", Text),
    # How much of it its booking had promised; nothing is known of older ones, nor of what counts for no booking.
    Column("promised", BigInteger),
    # It goes to the customer's balance at the studio, and no gateway hears of it.
    Column("to_balance", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("position", name="refunds_position_key"),
    UniqueConstraint("cause", "payment_id", name="refunds_once_key"),
    CheckConstraint("amount > 0", name="refunds_amount_check"),
    CheckConstraint("status IN ('creating', 'pending', 'succeeded', 'failed')", name="refunds_status_check"),
    CheckConstraint(
        # What staff hand out waits for no gateway.
        "(status IN ('creating', 'pending') AND failure IS DISTINCT FROM 'to_hand_out')"
        " = (next_attempt_at IS NOT NULL)"
        " AND (status IN ('succeeded', 'failed')) = (settled_at IS NOT NULL)",
        name="refunds_wait_check",
    ),
)
Index("refunds_by_payment", refunds.c.payment_id, refunds.c.position)
TO_HAND_OUT = text("status = 'pending' AND failure = 'to_hand_out'")
Index("refunds_to_hand_out", refunds.c.created_at, refunds.c.id, postgresql_where=TO_HAND_OUT)
Index("refunds_to_attempt", refunds.c.next_attempt_at, postgresql_where=refunds.c.next_attempt_at.is_not(None))

# What a booking promised to give back, as its newest event tells it.
promises = Table(
    "promises",
    metadata,
    Column("booking_id", Uuid, primary_key=True),
    Column("booking_version", Integer, nullable=False),
    Column("promises", JSONB, nullable=False),
    # What events of before they told how it was reckoned promised, in kopecks.
    Column("plain", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
)
