"""The table of fiscal receipts."""

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

from payment.tables import metadata, sent_in_attempts

receipts = Table(
    "receipts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payment_id", Uuid, ForeignKey("payments.id", name="receipts_payment_id_fkey"), nullable=False),
    Column("refund_id", Uuid, ForeignKey("refunds.id", name="receipts_refund_id_fkey")),
    Column("booking_id", Uuid, nullable=False),
    Column("customer_id", Uuid, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("items", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("gateway_receipt_id", Text),
    *sent_in_attempts(),
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
