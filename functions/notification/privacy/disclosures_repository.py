"""What the notification service keeps of a person."""

from sqlalchemy import Uuid, bindparam, select

from core.postgres.disclosure import Source
from notification.tables import notifications

MESSAGE = ("id", "template", "channel", "status", "address", "message", "created_at", "sent_at")
SOURCES = (
    Source(
        "messages",
        "messages",
        "TEXT_RETENTION_DAYS",
        select(*(notifications.c[n] for n in MESSAGE))
        .where(notifications.c.recipient_id == bindparam("person", type_=Uuid))
        .order_by(notifications.c.created_at, notifications.c.id),
    ),
)
