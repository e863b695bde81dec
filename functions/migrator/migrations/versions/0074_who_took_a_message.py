"""Which provider took a message, and the way from its id there to ours."""

from migrator.migrations import online

revision = "0074"
down_revision = "0073"


def upgrade() -> None:
    online.columns("notification.notifications", "provider text")
    online.index(
        "notifications_by_reference",
        "notification.notifications",
        "(provider_reference) WHERE provider_reference IS NOT NULL",
    )
