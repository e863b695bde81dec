"""Tables of receipts, and of what a comparison with the gateways' books brought to light."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from core.tables import Timestamp
from payment.tables import metadata, payments
from payment.tables_money import refunds

receipts = Table(
    "receipts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payment_id", Uuid, ForeignKey(payments.c.id, name="receipts_payment_id_fkey"), nullable=False),
    Column("refund_id", Uuid, ForeignKey(refunds.c.id, name="receipts_refund_id_fkey")),
    Column("booking_id", Uuid, nullable=False),
    Column("customer_id", Uuid, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("items", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("gateway_receipt_id", Text),
    Column("attempts", Integer, nullable=False),
    # When to order it, or to ask about its registration, next; NULL where there is nothing to do.
    Column("next_attempt_at", Timestamp),
    Column("failure", Text),
    Column("created_at", Timestamp, nullable=False),
    Column("settled_at", Timestamp),
    UniqueConstraint("refund_id", name="receipts_refund_id_key"),
    CheckConstraint("amount > 0", name="receipts_amount_check"),
    CheckConstraint("kind IN ('payment', 'settlement', 'refund')", name="receipts_kind_check"),
    CheckConstraint("(kind = 'refund') = (refund_id IS NOT NULL)", name="receipts_refund_check"),
    CheckConstraint(
        "status IN ('planned', 'pending', 'succeeded', 'canceled', 'unsupported', 'void')",
        name="receipts_status_check",
    ),
)
Index(
    "receipts_once",
    receipts.c.payment_id, receipts.c.kind,
    unique=True, postgresql_where=receipts.c.refund_id.is_(None),
)  # fmt: skip
Index("receipts_by_payment", receipts.c.payment_id)
Index("receipts_to_attempt", receipts.c.next_attempt_at, postgresql_where=receipts.c.next_attempt_at.is_not(None))

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("provider", Text, nullable=False),
    # Payments created in [since, until) were compared.
    Column("since", Timestamp, nullable=False),
    Column("until", Timestamp, nullable=False),
    # `list`: the gateway's own list; `questions`: it has none, and was asked about each of our payments.
    Column("source", Text, nullable=False),
    Column("checked", Integer, nullable=False),
    Column("differences", JSONB, nullable=False),
    Column("failure", Text),
    Column("created_at", Timestamp, nullable=False),
    CheckConstraint("source IN ('list', 'questions')", name="reconciliations_source_check"),
    CheckConstraint("since < until", name="reconciliations_span_check"),
)
Index("reconciliations_by_time", reconciliations.c.created_at.desc(), reconciliations.c.id)
