"""Settings of MAX."""

from core.settings import SettingsPart
from shared_schemas.errors import Locale


class MaxSettings(SettingsPart):
    """Which bot writes to which chats."""

    max_base_url: str = "https://platform-api2.max.ru"
    """Base URL of MAX's Bot API."""
    max_credentials: str = ""
    """JSON `{"token", "ca"}` of the bot, or a `secretsmanager:` reference to it; `ca` has certificates (PEM) to trust
    besides the system's."""
    max_chats: str = ""
    """Comma-separated ids of the chats that staff read."""
    max_locale: Locale = "ru"
    """The language of messages to staff: ru or en."""

    @property
    def max_chat_ids(self) -> tuple[str, ...]:
        return tuple(chat.strip() for chat in self.max_chats.split(",") if chat.strip())
