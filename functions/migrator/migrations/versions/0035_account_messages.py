"""A message may be about an account and no booking."""

from migrator.migrations import online

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    online.run("ALTER TABLE notification.notifications ALTER COLUMN booking_id DROP NOT NULL")
