"""What the notification service keeps of a person."""

from core.personal_data import UNTIL_ERASED
from core.postgres.disclosure import Source, rows_of
from notification.connections.tables import connections
from notification.messages.tables import notifications
from notification.preferences.tables import left_messages
from notification.suppressions.tables import suppressions

MESSAGE = ("id", "template", "channel", "status", "address", "message", "created_at", "sent_at")
SOURCES = (
    Source(
        "messages",
        "messages",
        "TEXT_RETENTION_DAYS",
        rows_of(notifications.c.recipient_id, MESSAGE, "created_at", "id"),
    ),
    Source(
        "left_messages",
        "service",
        UNTIL_ERASED,
        rows_of(left_messages.c.person_id, ("kind", "channel", "left_at"), "kind", "channel"),
    ),
    Source(
        "suppressions",
        "service",
        UNTIL_ERASED,
        rows_of(suppressions.c.recipient_id, ("address", "reason", "since", "lifted_at"), "since", "id"),
    ),
    Source(
        "connections",
        "service",
        UNTIL_ERASED,
        rows_of(connections.c.person_id, ("channel", "booking_id", "chat", "connected_at"), "channel", "booking_id"),
    ),
)
