"""Settings of the notification service."""

from pydantic import Field

from core.settings import CoreSettings


class NotificationSettings(CoreSettings):
    """How to reach people, and when to remind them."""

    service_key: str = ""
    """The key that signs this service's calls to others; may be a `secretsmanager:` reference."""
    mail_from: str
    """The sender of mail, `Name <address>`; the name also heads the messages."""
    ses_endpoint_url: str = ""
    """Where SESv2 is spoken, if not at AWS's own endpoint."""
    sms_base_url: str = "https://sms.ru"
    """Where sms.ru's API answers."""
    sms_credentials: str = ""
    """JSON `{"api_id"}`, or a `secretsmanager:` reference to it; empty switches SMS off."""
    text_retention_days: float = Field(default=92, ge=1)
    """How long the words of a message, and the address it went to, are kept."""
    notification_retention_days: float = Field(default=400, ge=31)
    """How long it is kept that a message was sent."""
    reminder_hours: float = Field(default=24, gt=0, le=24 * 14)
    """How long before its start a confirmed booking is reminded of; one confirmed later than that is not."""
