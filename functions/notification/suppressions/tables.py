"""Addresses that mail bounced from, or whose readers complained."""

from sqlalchemy import Column, Index, Table, Text, UniqueConstraint, Uuid

from core.postgres.tables import Timestamp
from notification.tables import metadata

# The digest stays when the address is erased: whoever complained is left alone all the same.
suppressions = Table(
    "suppressions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("address", Text),
    Column("reason", Text, nullable=False),
    Column("detail", Text),
    # The provider's own id of what it told, which it may tell twice.
    Column("feedback", Text, nullable=False),
    Column("recipient_id", Uuid),
    Column("since", Timestamp, nullable=False),
    Column("lifted_at", Timestamp),
    UniqueConstraint("digest", name="suppressions_digest_key"),
)
NEWEST_FIRST = (suppressions.c.since.desc(), suppressions.c.id)
Index("suppressions_by_time", *NEWEST_FIRST)
Index("suppressions_by_recipient", suppressions.c.recipient_id)
