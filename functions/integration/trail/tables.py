"""The table of the trail."""

from sqlalchemy import BigInteger, Column, Identity, Index, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from core.postgres.tables import Timestamp
from integration.tables import metadata

operator_actions = Table(
    "operator_actions",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("at", Timestamp, nullable=False),
    # Absent where a sign-in failed.
    Column("actor", Uuid),
    Column("action", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("reason", Text),
    # Its name is older than `before`.
    Column("details", JSONB, key="after", nullable=False),
    # Lines of before 2026-12 do not have these.
    Column("before", JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    Column("role", Text),
    Column("session_id", Uuid),
    Column("network", Text),
    Column("correlation_id", Text),
    info={"append_only": True},
)
NEWEST_FIRST = (operator_actions.c.at.desc(), operator_actions.c.id)
Index("operator_actions_by_time", *NEWEST_FIRST)
Index("operator_actions_of_actor", operator_actions.c.actor, *NEWEST_FIRST)
Index("operator_actions_of_action", operator_actions.c.action, *NEWEST_FIRST)
Index("operator_actions_of_target", operator_actions.c.target, *NEWEST_FIRST)
