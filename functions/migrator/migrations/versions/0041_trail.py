"""The trail has a line for every action of the staff: who, from where, and what it was before."""

from migrator.migrations import online

revision = "0041"
down_revision = "0040"

TABLE = "integration.operator_actions"


def upgrade() -> None:
    online.run(f"ALTER TABLE {TABLE} ALTER COLUMN actor DROP NOT NULL")
    online.columns(
        TABLE,
        "before jsonb NOT NULL DEFAULT '{}'",
        "role text",
        "session_id uuid",
        "network text",
        "correlation_id text",
    )
    online.index("operator_actions_by_time", TABLE, "(at DESC, id)")
    for column in ("actor", "action", "target"):
        online.index(f"operator_actions_of_{column}", TABLE, f"({column}, at DESC, id)")
    online.drop_index("integration", "operator_actions_by_target")
