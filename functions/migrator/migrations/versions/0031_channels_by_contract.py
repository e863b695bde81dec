"""Which channels there are is said by the contract alone: a new one needs no migration."""

from migrator.migrations import online

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    online.run("ALTER TABLE notification.notifications DROP CONSTRAINT IF EXISTS notifications_channel_check")
