"""How long the rows of each table are kept."""

from core.postgres.retention import Kept
from notification.settings import NotificationSettings

FOREVER = {
    "readers": "one row each, until the person is erased",
    "left_messages": "until the person is erased",
    "suppressions": "until staff lift them: whoever complained is left alone",
    "connections": "until the person is erased, takes it back, stops the bot, or the browser is gone",
    "bookings": "one row each, and late news of a booking is told in its words",
    "template_versions": "which words went out when is to be known as long as the messages are",
    "rules": "until staff delete them",
}
OVER = "next_attempt_at IS NULL"
LINK_DAYS = 1.0
"""How long links that connect a chat are kept after their end."""


def kept(settings: NotificationSettings) -> list[Kept]:
    """What is removed after a time: first the text and the address, later the whole row."""
    return [
        Kept("notification.notifications", "created_at", settings.text_retention_days, OVER, ("message", "address")),
        Kept("notification.notifications", "created_at", settings.notification_retention_days, OVER),
        Kept("notification.connection_links", "expires_at", LINK_DAYS),
        Kept("notification.rule_runs", "moment", settings.notification_retention_days),
    ]
