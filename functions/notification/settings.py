"""Settings of the notification service."""

from pydantic import Field

from core.settings import CoreSettings


class NotificationSettings(CoreSettings):
    """How long to keep messages; the channels have settings of their own."""

    service_key: str = ""
    """The key that signs this service's calls to others; may be a `secretsmanager:` reference."""
    sign_in_url: str = Field(default="", pattern=r"^(https?://[^\s#]+)?$")
    """The studio's page for signing in: a link to set a new password leads there, as `…#reset=<token>`; without one the
    mail holds the token alone."""
    text_retention_days: float = Field(default=92, ge=1)
    """How long the text and the address of a message are kept."""
    notification_retention_days: float = Field(default=400, ge=31)
    """How long the record of a sent message is kept."""
    unconfirmed_daily_messages: int = Field(default=12, ge=1)
    """How many messages a day go to an e-mail or phone that nobody has confirmed; those of bookings that stand, and of
    money, are counted apart. What is beyond is `skipped`, with the reason `too_many_unconfirmed`."""
