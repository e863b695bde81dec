"""Settings of Telegram."""

from core.settings import SettingsPart
from shared_schemas.errors import Locale


class TelegramSettings(SettingsPart):
    """Which bot writes to which chats."""

    telegram_base_url: str = "https://api.telegram.org"
    """Base URL of Telegram's Bot API."""
    telegram_token: str = ""
    """The bot's token; may be a `secretsmanager:` reference."""
    telegram_chats: str = ""
    """Comma-separated ids of the chats that staff read."""
    telegram_locale: Locale = "ru"
    """The language of messages to staff: ru or en."""

    @property
    def telegram_chat_ids(self) -> tuple[str, ...]:
        return tuple(chat.strip() for chat in self.telegram_chats.split(",") if chat.strip())
