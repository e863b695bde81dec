"""What the notification service keeps of a person."""

from core.postgres.disclosure import Source, rows_of
from notification.messages.tables import notifications

MESSAGE = ("id", "template", "channel", "status", "address", "message", "created_at", "sent_at")
SOURCES = (
    Source(
        "messages",
        "messages",
        "TEXT_RETENTION_DAYS",
        rows_of(notifications.c.recipient_id, MESSAGE, "created_at", "id"),
    ),
)
