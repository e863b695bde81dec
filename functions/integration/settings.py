"""Settings of the integration service."""

from pydantic import Field

from core.settings import CoreSettings
from shared_schemas.errors import Locale


class IntegrationSettings(CoreSettings):
    """How to call the other services, and which queues hold what nobody could handle."""

    service_key: str = ""
    """The key that signs this service's calls to others; may be a `secretsmanager:` reference."""
    dead_letter_queues: str = ""
    """Comma-separated names or URLs of the dead-letter queues that operators see."""
    event_retention_months: int = Field(default=13, ge=2)
    """Whole months that the event log reaches back."""
    connectors: str = "webhooks"
    """Comma-separated connectors that are on, of webhooks, bitrix24, amocrm and telegram; those without credentials
    stay off."""
    webhooks_private_addresses: bool = False
    """Whether webhooks may go to private networks and to this machine, and without TLS."""
    bitrix24_webhook_url: str = ""
    """The URL of Bitrix24's incoming webhook, itself a secret; may be a `secretsmanager:` reference."""
    bitrix24_stages: dict[str, str] = Field(default_factory=dict)
    """JSON: ids of deal stages by booking status, where they differ from those of a new portal."""
    bitrix24_category: int = 0
    """The id of the pipeline (category) that deals are made in."""
    amocrm_base_url: str = ""
    """The account's address, such as `https://studio.amocrm.ru`."""
    amocrm_token: str = ""
    """A long-lived token of amoCRM; may be a `secretsmanager:` reference."""
    amocrm_statuses: dict[str, int] = Field(default_factory=dict)
    """JSON: ids of lead statuses by booking status; won and lost (142, 143) are known."""
    dead_letter_retention_days: float = Field(default=92, ge=14)
    """How long a dead letter is kept after somebody redrove or discarded it."""
    error_retention_days: float = Field(default=400, ge=31)
    """How long an error that was taken care of is kept after it was last seen, and a replay or rebuild that is over."""
    amocrm_pipeline: int = 0
    """The id of the pipeline that leads are made in; 0 is the account's main one."""
    telegram_base_url: str = "https://api.telegram.org"
    """Where Telegram's Bot API answers."""
    telegram_token: str = ""
    """The bot's token; may be a `secretsmanager:` reference."""
    telegram_chats: str = ""
    """Comma-separated ids of the chats that staff read."""
    telegram_locale: Locale = "ru"
    """The language of messages to staff: ru or en."""

    @property
    def telegram_chat_ids(self) -> tuple[str, ...]:
        return tuple(chat.strip() for chat in self.telegram_chats.split(",") if chat.strip())

    @property
    def connector_names(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.connectors.split(",") if name.strip())

    @property
    def dead_letter_queue_names(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.dead_letter_queues.split(",") if name.strip())
