"""Tables of the studio's terms and of its customers, who are known here by their account's id alone."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from booking.tables import metadata
from core.postgres.tables import Timestamp

policies = Table(
    "policies",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("document", JSONB, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Timestamp, nullable=False),
)

customers = Table(
    "customers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("no_shows", Integer, nullable=False, server_default=text("0")),
    Column("prepayment_percent", Integer),
    Column("blocked_at", Timestamp),
    Column("block_reason", Text),
    Column("erased_at", Timestamp),
    # Of a guest: the same for all guests with one telephone number, which it does not tell.
    Column("phone_key", Uuid),
)
Index("customers_by_phone", customers.c.phone_key, postgresql_where=text("phone_key IS NOT NULL"))

customer_notes = Table(
    "customer_notes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("customer_id", Uuid, ForeignKey("customers.id", name="customer_notes_customer_id_fkey"), nullable=False),
    Column("author", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Timestamp, nullable=False),
)
Index("customer_notes_by_customer", customer_notes.c.customer_id, customer_notes.c.at)

# What each no-show made of the share that its customer pays in advance, so that it can be undone.
no_shows = Table(
    "no_shows",
    metadata,
    Column("booking_id", Uuid, primary_key=True),
    Column("customer_id", Uuid, nullable=False),
    Column("before", Integer),
    Column("asked", Integer, nullable=False),
    Column("at", Timestamp, nullable=False),
)

Index("no_shows_by_customer", no_shows.c.customer_id, no_shows.c.at, no_shows.c.booking_id)

acceptances = Table(
    "acceptances",
    metadata,
    Column("customer_id", Uuid, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("at", Timestamp, nullable=False),
)
