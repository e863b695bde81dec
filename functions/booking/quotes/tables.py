"""The table of quotes."""

from sqlalchemy import Column, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from booking.tables import metadata
from core.postgres.tables import Timestamp

quotes = Table(
    "quotes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("document", JSONB, nullable=False),
    Column("valid_until", Timestamp, nullable=False),
    # A digest of the address that asked, to count by.
    Column("asker", Text),
)
Index("quotes_by_asker", quotes.c.asker, quotes.c.valid_until)

Index("quotes_by_age", quotes.c.valid_until, postgresql_using="brin")
