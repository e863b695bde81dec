"""Tables of what is to be collected, and of how it goes at the gateway."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)

from core.postgres.tables import Timestamp
from payment.tables import metadata

payments = Table(
    "payments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("booking_id", Uuid, nullable=False),
    Column("booking_number", Text, nullable=False),
    Column("customer_id", Uuid, nullable=False),
    Column("provider", Text, nullable=False),
    Column("method", Text),
    Column("purpose", Text, nullable=False, server_default="prepayment"),
    Column("two_stage", Boolean, nullable=False, server_default=false()),
    Column("amount", BigInteger, nullable=False),
    # What the gateway says it took, whatever was asked of it; zero until then.
    Column("taken", BigInteger, nullable=False, server_default=text("0")),
    # The sum that the booking will have collected with it: it shows whether somebody pays twice.
    Column("covers", BigInteger, nullable=False),
    # The booking's version at the request: an earlier change is no reason to cancel this link.
    Column("booking_version", Integer, nullable=False, server_default=text("0")),
    Column("currency", Text, nullable=False),
    Column("return_url", Text, nullable=False),
    Column("correlation_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("reason", Text),
    Column("expires_at", Timestamp, nullable=False),
    Column("created_at", Timestamp, nullable=False),
    # What was paid for it, where a pass was sold with a discount, in kopecks; NULL where it is all that was taken.
    Column("money", BigInteger),
    # Of visits that are paid at once: the first of their payments, and what is paid in all.
    Column("whole_id", Uuid),
    Column("whole_amount", BigInteger),
    # Who took it at the desk, and what they noted.
    Column("taken_by", Text),
    Column("note", Text),
    CheckConstraint("amount > 0", name="payments_amount_check"),
    CheckConstraint("(whole_id IS NULL) = (whole_amount IS NULL)", name="payments_whole_check"),
    CheckConstraint("taken >= 0", name="payments_taken_check"),
    CheckConstraint("purpose IN ('prepayment', 'full', 'balance')", name="payments_purpose_check"),
    CheckConstraint("status IN ('creating', 'pending', 'succeeded', 'failed', 'review')", name="payments_status_check"),
)
Index("payments_by_booking", payments.c.booking_id, payments.c.created_at, payments.c.id)
Index("payments_by_whole", payments.c.whole_id, postgresql_where=payments.c.whole_id.is_not(None))
Index("payments_by_number", payments.c.booking_number)
Index("payments_by_customer", payments.c.customer_id)
Index("payments_by_time", payments.c.created_at.desc(), payments.c.id)
Index("payments_by_method", payments.c.method, payments.c.created_at.desc(), payments.c.id)
Index("payments_by_provider", payments.c.provider, payments.c.created_at.desc(), payments.c.id)
Index("payments_open_by_customer", payments.c.customer_id, postgresql_where=text("status IN ('creating', 'pending')"))
# Two requests for the same amount share one link, so that a payer cannot pay it twice.
OPEN = text("status IN ('creating', 'pending')")
Index(
    "payments_one_open",
    payments.c.booking_id, payments.c.provider, payments.c.method, payments.c.amount,
    unique=True, postgresql_where=OPEN, postgresql_nulls_not_distinct=True,
)  # fmt: skip

attempts = Table(
    "attempts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("payment_id", Uuid, ForeignKey("payments.id", name="attempts_payment_id_fkey"), nullable=False, unique=True),
    Column("provider", Text, nullable=False),
    Column("gateway_payment_id", Text),
    Column("confirmation_url", Text),
    # When to ask the gateway next; NULL once the payment is settled.
    Column("next_poll_at", Timestamp),
    UniqueConstraint("provider", "gateway_payment_id", name="attempts_gateway_payment_id_key"),
)
Index("attempts_to_poll", attempts.c.next_poll_at, postgresql_where=attempts.c.next_poll_at.is_not(None))
