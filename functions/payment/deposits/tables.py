"""The table of deposits; what is still held of each is held money of the same id."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table, Text, Uuid

from core.postgres.tables import Timestamp
from payment.held_money.tables import held
from payment.tables import metadata

deposits = Table(
    "deposits",
    metadata,
    Column("id", Uuid, ForeignKey(held.c.id, name="deposits_id_fkey"), primary_key=True),
    Column("booking_id", Uuid, nullable=False),
    Column("booking_number", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    # What went back over the desk, in kopecks: the rest of what is not held is kept.
    Column("given_back", BigInteger, nullable=False),
    Column("method", Text, nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("taken_at", Timestamp, nullable=False),
    CheckConstraint("amount > 0", name="deposits_amount_check"),
    CheckConstraint("given_back BETWEEN 0 AND amount", name="deposits_given_back_check"),
)
Index("deposits_by_booking", deposits.c.booking_id)
Index("deposits_newest", deposits.c.taken_at.desc(), deposits.c.id)
