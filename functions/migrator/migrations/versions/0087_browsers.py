"""What encrypts messages to a browser that somebody connected."""

from migrator.migrations import online

revision = "0087"
down_revision = "0086"


def upgrade() -> None:
    online.columns("notification.connections", "browser_keys text")
