"""Settings of Telegram for customers."""

from pydantic import Field

from core.settings import SettingsPart


class TelegramBotSettings(SettingsPart):
    """The bot that customers connect; it may be the one that writes to staff."""

    telegram_base_url: str = "https://api.telegram.org"
    """Base URL of Telegram's Bot API."""
    telegram_token: str = ""
    """The bot's token; may be a `secretsmanager:` reference."""
    telegram_bot: str = Field(default="", pattern=r"^[A-Za-z0-9_]{0,64}$")
    """The bot's name, without @; empty switches messages to customers off."""
    telegram_links: str = "https://t.me"
    """Where links to the bot lead."""


SETTINGS = TelegramBotSettings
