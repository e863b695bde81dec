"""Tables of what goes back, and of every movement of money."""

from sqlalchemy import (
    BigInteger,
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
    text,
)

from core.tables import Timestamp
from payment.tables import metadata, payments

refunds = Table(
    "refunds",
    metadata,
    Column("id", Uuid, primary_key=True),
    # The order in which they were asked for: a payment's refunds go to the gateway one after the other.
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Column("payment_id", Uuid, ForeignKey(payments.c.id, name="refunds_payment_id_fkey"), nullable=False),
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
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Timestamp),
    Column("failure", Text),
    Column("created_at", Timestamp, nullable=False),
    Column("settled_at", Timestamp),
    # Who said what became of it where its gateway would not, and why.
    Column("decided_by", Text),
    Column("decision", Text),
    UniqueConstraint("position", name="refunds_position_key"),
    UniqueConstraint("cause", "payment_id", name="refunds_once_key"),
    CheckConstraint("amount > 0", name="refunds_amount_check"),
    CheckConstraint("status IN ('creating', 'pending', 'succeeded', 'failed')", name="refunds_status_check"),
    CheckConstraint(
        "(status IN ('creating', 'pending')) = (next_attempt_at IS NOT NULL)"
        " AND (status IN ('succeeded', 'failed')) = (settled_at IS NOT NULL)",
        name="refunds_open_check",
    ),
)
Index("refunds_by_payment", refunds.c.payment_id, refunds.c.position)
Index("refunds_to_attempt", refunds.c.next_attempt_at, postgresql_where=refunds.c.next_attempt_at.is_not(None))

ledger = Table(
    "ledger",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("booking_id", Uuid, nullable=False),
    Column("payment_id", Uuid, ForeignKey(payments.c.id, name="ledger_payment_id_fkey"), nullable=False),
    Column("refund_id", Uuid, ForeignKey(refunds.c.id, name="ledger_refund_id_fkey")),
    Column("kind", Text, nullable=False),
    # In kopecks; below zero what went back.
    Column("amount", BigInteger, nullable=False),
    Column("at", Timestamp, nullable=False),
    UniqueConstraint("refund_id", name="ledger_refund_id_key"),
    CheckConstraint(
        "(kind = 'payment' AND amount > 0 AND refund_id IS NULL)"
        " OR (kind = 'refund' AND amount < 0 AND refund_id IS NOT NULL)",
        name="ledger_kind_check",
    ),
    info={"append_only": True},
)
Index("ledger_by_booking", ledger.c.booking_id, ledger.c.id)
Index("ledger_one_payment", ledger.c.payment_id, unique=True, postgresql_where=text("kind = 'payment'"))
