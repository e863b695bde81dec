"""Tables of the drawer and of all that moves while it is open."""

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

tills = Table(
    "tills",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("opened_at", Timestamp, nullable=False),
    Column("opened_by", Text, nullable=False),
    # In kopecks, as all sums here.
    Column("float", BigInteger, nullable=False),
    Column("closed_at", Timestamp),
    Column("closed_by", Text),
    Column("counted", BigInteger),
    Column("terminal", BigInteger),
    Column("note", Text),
    Column("reopened_at", Timestamp),
    Column("reopened_by", Text),
    Column("reopen_reason", Text),
    CheckConstraint("(closed_at IS NULL) = (counted IS NULL)", name="tills_counted_check"),
)
# There is one drawer.
Index("tills_one_open", tills.c.closed_at.is_(None), unique=True, postgresql_where=tills.c.closed_at.is_(None))
Index("tills_by_time", tills.c.opened_at.desc(), tills.c.id)

till_entries = Table(
    "till_entries",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("till_id", Uuid, ForeignKey("tills.id", name="till_entries_till_id_fkey"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("method", Text, nullable=False),
    # Below zero what left.
    Column("amount", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("payment_id", Uuid, ForeignKey("payments.id", name="till_entries_payment_id_fkey")),
    Column("refund_id", Uuid, ForeignKey("refunds.id", name="till_entries_refund_id_fkey")),
    Column("reason", Text),
    Column("at", Timestamp, nullable=False),
    UniqueConstraint("refund_id", name="till_entries_refund_id_key"),
    CheckConstraint(
        "kind IN ('payment', 'refund', 'put_in', 'taken_out', 'held_in', 'held_out')", name="till_entries_kinds_check"
    ),
    CheckConstraint("(amount > 0) = (kind IN ('payment', 'put_in', 'held_in'))", name="till_entries_sign_check"),
    CheckConstraint("(kind IN ('payment', 'refund')) = (payment_id IS NOT NULL)", name="till_entries_payment_check"),
    CheckConstraint("(kind = 'refund') = (refund_id IS NOT NULL)", name="till_entries_refund_check"),
    info={"append_only": True},
)
Index("till_entries_by_age", till_entries.c.at, postgresql_using="brin")
Index("till_entries_by_till", till_entries.c.till_id, till_entries.c.id)
Index("till_entries_one_payment", till_entries.c.payment_id, unique=True, postgresql_where=text("kind = 'payment'"))
