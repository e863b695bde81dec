"""Settings of SMS."""

from core.settings import SettingsPart


class SmsSettings(SettingsPart):
    """The service that sends SMS."""

    sms_base_url: str = "https://sms.ru"
    """Base URL of sms.ru's API."""
    sms_credentials: str = ""
    """JSON `{"api_id"}`, or a `secretsmanager:` reference to it; empty switches SMS off."""


SETTINGS = SmsSettings
