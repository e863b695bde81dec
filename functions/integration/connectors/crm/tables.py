"""Which record of a CRM is which of ours."""

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text, Uuid

from core.postgres.tables import Timestamp
from integration.tables import metadata

# What is ours and what it is at the other side, up to which version it was told.
crm_links = Table(
    "crm_links",
    metadata,
    Column("connector", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("our_id", Uuid, primary_key=True),
    Column("their_id", Text),
    Column("version", Integer, nullable=False),
    Column("erased_at", Timestamp),
    CheckConstraint("kind IN ('contact', 'deal')", name="crm_links_kind_check"),
    CheckConstraint("erased_at IS NULL OR their_id IS NULL", name="crm_links_erased_check"),
)
