"""Events of messages to people."""

from uuid import UUID

from shared_schemas.channels import Channel
from shared_schemas.events.envelope import EventData


class NotificationEvent(EventData):
    """A message to one person over one channel."""

    notification_id: UUID
    template: str
    channel: Channel
    recipient_id: UUID
    booking_id: UUID | None = None


class NotificationSent(NotificationEvent):
    """The mail or SMS provider accepted the message."""

    type = "notification.sent"


class NotificationFailed(NotificationEvent):
    """The message could not be sent and will not be retried."""

    type = "notification.failed"
    reason: str
