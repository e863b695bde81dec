"""Settings of MAX for customers."""

from pydantic import Field

from core.settings import SettingsPart


class MaxBotSettings(SettingsPart):
    """The bot that customers connect; it may be the one that writes to staff."""

    max_base_url: str = "https://platform-api2.max.ru"
    """Base URL of MAX's Bot API."""
    max_credentials: str = ""
    """JSON `{"token", "ca"}` of the bot, or a `secretsmanager:` reference to it; `ca` has certificates (PEM) to trust
    besides the system's."""
    max_bot: str = Field(default="", pattern=r"^[A-Za-z0-9_]{0,64}$")
    """The bot's name; empty switches messages to customers off."""
    max_links: str = "https://max.ru"
    """Where links to the bot lead."""


SETTINGS = MaxBotSettings
