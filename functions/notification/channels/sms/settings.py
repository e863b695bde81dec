"""Settings of SMS."""

from pydantic import Field

from core.settings import SettingsPart


class SmsSettings(SettingsPart):
    """Who sends SMS."""

    sms_providers: str = "smsru"
    """In which order providers are asked to send an SMS, of smsru, smsc, smsaero and sns; those without credentials are
    left out, and with none SMS are off."""
    sms_most_parts: int = Field(default=4, ge=1, le=8)
    """How many parts an SMS may be billed as; a longer one loses words, but never its link."""


SETTINGS = SmsSettings
