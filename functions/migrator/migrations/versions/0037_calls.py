"""Calls are counted by caller and class, in each service's schema."""

from migrator.migrations import online

revision = "0037"
down_revision = "0036"

CALLS = """
CREATE UNLOGGED TABLE IF NOT EXISTS {schema}.calls (
    key text NOT NULL,
    free_at timestamptz NOT NULL,
    CONSTRAINT calls_pkey PRIMARY KEY (key)
)
"""


def upgrade() -> None:
    for schema in ("gateway", "booking", "payment", "integration", "notification"):
        online.run(CALLS.format(schema=schema))
