"""What a visit is for, in reports; visits of before are for photos, until a rebuild reads what their events say."""

from migrator.migrations import online

revision = "0064"
down_revision = "0063"


def upgrade() -> None:
    online.columns("integration.visits", "visit_purpose text NOT NULL DEFAULT 'photo'")
