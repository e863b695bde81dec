"""Settings of SMS by Amazon SNS."""

from pydantic import Field

from core.settings import SettingsPart


class SnsSettings(SettingsPart):
    """How Amazon SNS sends SMS; it needs no credentials but the function's role."""

    sns_endpoint_url: str = ""
    """Endpoint of the SNS API for SMS, if not AWS's own."""
    sns_sender_id: str = Field(default="", pattern=r"^([A-Za-z0-9]{1,11})?$")
    """The sender's name of SMS by SNS, where operators have approved one."""


SETTINGS = SnsSettings
