"""The rules that staff made or changed, and for which visits time rules have been dealt with."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from core.postgres.tables import Timestamp
from notification.tables import metadata

# What the product comes with is in the code: it has a row only once it was changed.
rules = Table(
    "rules",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text),
    Column("template", Text, nullable=False),
    Column("event", Text),
    Column("moment", Text),
    Column("minutes", Integer),
    Column("audience", Text, nullable=False),
    Column("channels", JSONB, nullable=False),
    Column("condition", JSONB, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("since", Timestamp),
    CheckConstraint("(event IS NULL) = (moment IS NOT NULL AND minutes IS NOT NULL)", name="rules_occasion_check"),
)

# One row for each time rule, visit and moment: sent or passed over, it is not looked at again.
rule_runs = Table(
    "rule_runs",
    metadata,
    Column("booking_id", Uuid, primary_key=True),
    Column("rule_id", Uuid, primary_key=True),
    Column("moment", Timestamp, primary_key=True),
    # None where it was sent; else why not.
    Column("passed_over", Text),
)
Index("rule_runs_by_moment", rule_runs.c.moment)
