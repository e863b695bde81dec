"""A message goes once by event, template, channel and recipient: one event may be told to several people."""

from migrator.migrations import online

revision = "0081"
down_revision = "0080"


def upgrade() -> None:
    online.unique("notification.notifications", "notifications_once_key", "cause, template, channel, recipient_id")
