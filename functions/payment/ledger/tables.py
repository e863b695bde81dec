"""The table of every movement of money."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from core.postgres.tables import Timestamp
from payment.tables import metadata

ledger = Table(
    "ledger",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("booking_id", Uuid, nullable=False),
    Column("payment_id", Uuid, ForeignKey("payments.id", name="ledger_payment_id_fkey"), nullable=False),
    Column("refund_id", Uuid, ForeignKey("refunds.id", name="ledger_refund_id_fkey")),
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
Index("ledger_by_age", ledger.c.at, postgresql_using="brin")
Index("ledger_one_payment", ledger.c.payment_id, unique=True, postgresql_where=text("kind = 'payment'"))
