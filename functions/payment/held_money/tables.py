"""Tables of money that the studio holds for people: how much, and every change of it."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from core.postgres.tables import Timestamp
from payment.tables import metadata

held = Table(
    "held_money",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    # Whose it is; NULL for a certificate that belongs to who has its code.
    Column("customer_id", Uuid),
    # What is left: kopecks, or minutes of a pass.
    Column("remaining", BigInteger, nullable=False),
    # What of the money that came in for it is not used yet, in kopecks.
    Column("worth", BigInteger, nullable=False),
    # A balance whose owner turned out to be somebody else: it was moved there.
    Column("closed_at", Timestamp),
    Column("created_at", Timestamp, nullable=False),
    CheckConstraint("kind IN ('balance', 'certificate', 'deposit')", name="held_money_kind_check"),
    CheckConstraint("remaining >= 0", name="held_money_remaining_check"),
    CheckConstraint("worth >= 0", name="held_money_worth_check"),
    CheckConstraint("customer_id IS NOT NULL OR kind = 'certificate'", name="held_money_owner_check"),
)
BALANCES = text("kind = 'balance' AND closed_at IS NULL")
Index("held_money_one_balance", held.c.customer_id, unique=True, postgresql_where=BALANCES)
Index("held_money_by_customer", held.c.customer_id)
LEFT_OF_DEPOSITS = text("kind = 'deposit' AND remaining > 0")
Index("held_money_deposits", held.c.created_at.desc(), held.c.id, postgresql_where=LEFT_OF_DEPOSITS)

entries = Table(
    "held_money_entries",
    metadata,
    # The id of what caused it: of an attempt to pay, or the key of a refund. So nothing is entered twice.
    Column("id", Uuid, primary_key=True),
    Column("held_id", Uuid, ForeignKey("held_money.id", name="held_money_entries_held_id_fkey"), nullable=False),
    Column("kind", Text, nullable=False),
    # Below zero what was taken out; in the unit of what is held.
    Column("amount", BigInteger, nullable=False),
    Column("remaining", BigInteger, nullable=False),
    Column("worth", BigInteger, nullable=False),
    # What it paid of a booking, or gave back of that, in kopecks.
    Column("price", BigInteger),
    Column("method", Text),
    Column("payment_id", Uuid, ForeignKey("payments.id", name="held_money_entries_payment_id_fkey")),
    Column("booking_id", Uuid),
    Column("refund_id", Uuid, ForeignKey("refunds.id", name="held_money_entries_refund_id_fkey")),
    Column("entered_by", Text, nullable=False),
    Column("at", Timestamp, nullable=False),
    # What the studio's own till prints of it; NULL where it prints nothing, and of entries of before it was kept.
    Column("receipt", JSONB(none_as_null=True)),
    CheckConstraint("remaining >= 0", name="held_money_entries_remaining_check"),
    info={"append_only": True},
)
Index("held_money_entries_newest", entries.c.held_id, entries.c.at.desc(), entries.c.id)
Index("held_money_entries_by_payment", entries.c.payment_id, postgresql_where=entries.c.payment_id.is_not(None))
Index("held_money_entries_by_refund", entries.c.refund_id, postgresql_where=entries.c.refund_id.is_not(None))
Index("held_money_entries_by_booking", entries.c.booking_id, postgresql_where=entries.c.booking_id.is_not(None))
Index("held_money_entries_by_time", entries.c.at)

# What staff wrote to an entry: apart, because it may have to be forgotten and an entry may not.
notes = Table(
    "held_money_notes",
    metadata,
    Column(
        "entry_id", Uuid, ForeignKey("held_money_entries.id", name="held_money_notes_entry_id_fkey"), primary_key=True
    ),
    Column("note", Text, nullable=False),
)
