"""The table of comparisons with the gateways' books and their results."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from core.postgres.tables import Timestamp
from payment.tables import metadata

reconciliations = Table(
    "reconciliations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("provider", Text, nullable=False),
    # Payments created in [since, until) were compared.
    Column("since", Timestamp, nullable=False),
    Column("until", Timestamp, nullable=False),
    # `list`: the gateway's own list; `questions`: it has none and was asked about each of our payments.
    # `tills`: what the desk took.
    Column("source", Text, nullable=False),
    Column("checked", Integer, nullable=False),
    Column("differences", JSONB, nullable=False),
    Column("failure", Text),
    Column("created_at", Timestamp, nullable=False),
    CheckConstraint("source IN ('list', 'questions', 'tills')", name="reconciliations_books_check"),
    CheckConstraint("since < until", name="reconciliations_span_check"),
)
Index("reconciliations_by_time", reconciliations.c.created_at.desc(), reconciliations.c.id)
# Hardly any do, so the index is small. A query has it only where it says the same, and no parameter.
DIFFERING = "differences <> '[]'::jsonb"
Index(
    "reconciliations_differing",
    reconciliations.c.created_at.desc(),
    reconciliations.c.id,
    postgresql_where=text(DIFFERING),
)
