"""Settings of mail by Amazon SES."""

from pydantic import Field

from core.settings import SettingsPart


class SesSettings(SettingsPart):
    """Amazon SES, or another service with the SES v2 API."""

    ses_endpoint_url: str = ""
    """Endpoint of the SES v2 API, if not AWS's own."""
    ses_configuration_set: str = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,64}$")
    """The configuration set of SES whose events tell what became of a mail; empty is none."""


SETTINGS = SesSettings
