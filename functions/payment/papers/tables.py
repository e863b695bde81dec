"""The table of the last numbers of papers."""

from sqlalchemy import CheckConstraint, Column, Integer, PrimaryKeyConstraint, Table, Text

from payment.tables import metadata

paper_numbers = Table(
    "paper_numbers",
    metadata,
    Column("kind", Text, nullable=False),
    Column("year", Integer, nullable=False),
    # The number that was issued last. A sequence would leave a gap behind each transaction that rolls back.
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("kind", "year", name="paper_numbers_pkey"),
    CheckConstraint("kind IN ('invoice', 'act')", name="paper_numbers_kind_check"),
)
