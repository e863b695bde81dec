"""Settings of amoCRM."""

from pydantic import Field

from core.settings import SettingsPart


class AmoCrmSettings(SettingsPart):
    """Which account, and what its statuses are called there."""

    amocrm_base_url: str = ""
    """The account's address, such as `https://studio.amocrm.ru`."""
    amocrm_token: str = ""
    """A long-lived token of amoCRM; may be a `secretsmanager:` reference."""
    amocrm_statuses: dict[str, int] = Field(default_factory=dict)
    """JSON: ids of lead statuses by booking status; won and lost (142, 143) are known already."""
    amocrm_pipeline: int = 0
    """The id of the pipeline for leads; 0 is the account's main one."""
