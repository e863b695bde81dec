"""Settings of Bitrix24."""

from pydantic import Field

from core.settings import SettingsPart


class Bitrix24Settings(SettingsPart):
    """Which portal, and what its stages are called there."""

    bitrix24_webhook_url: str = ""
    """The URL of Bitrix24's incoming webhook, itself a secret; may be a `secretsmanager:` reference."""
    bitrix24_stages: dict[str, str] = Field(default_factory=dict)
    """JSON: ids of deal stages by booking status, if they differ from those of a new portal."""
    bitrix24_category: int = 0
    """The id of the pipeline (category) for deals."""
