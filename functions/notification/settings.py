"""Settings of the notification service."""

from datetime import time

from pydantic import Field

from core.settings import CoreSettings


class NotificationSettings(CoreSettings):
    """How long to keep messages; the channels have settings of their own."""

    service_key: str = ""
    """The key that signs this service's calls to others; may be a `secretsmanager:` reference."""
    sign_in_url: str = Field(default="", pattern=r"^(https?://[^\s#]+)?$")
    """The studio's page for signing in: a link to set a new password leads there, as `…#reset=<token>`; without one the
    mail holds the token alone."""
    message_webhooks_url: str = ""
    """The address of our webhooks for messengers, without `/webhooks/…`; may be an `ssm:` reference."""
    text_retention_days: float = Field(default=92, ge=1)
    """How long the text and the address of a message are kept."""
    notification_retention_days: float = Field(default=400, ge=31)
    """How long the record of a sent message is kept."""
    quiet_from: time = time(22)
    """From when text messages wait for the morning that answer nothing that their recipient has just done, by the clock
    of the visit's hall."""
    quiet_until: time = time(8)
    """When they go out; the same time as `QUIET_FROM` means that nothing waits."""
    person_daily_messages: int = Field(default=40, ge=4)
    """How many messages about bookings one person gets in 24 hours; what is not needed for a visit takes a quarter of
    that. What is beyond is `skipped`, with the reason `too_many_today`."""
    unconfirmed_daily_messages: int = Field(default=12, ge=1)
    """How many messages a day go to an e-mail or phone that nobody has confirmed; those of bookings that stand, and of
    money, are counted apart. What is beyond is `skipped`, with the reason `too_many_unconfirmed`."""
