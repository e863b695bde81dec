"""Settings of SMS.RU."""

from core.settings import SettingsPart


class SmsRuSettings(SettingsPart):
    """The account at SMS.RU."""

    sms_base_url: str = "https://sms.ru"
    """Base URL of SMS.RU's API."""
    sms_credentials: str = ""
    """JSON `{"api_id"}` of SMS.RU, or a `secretsmanager:` reference to it; empty leaves it out."""


SETTINGS = SmsRuSettings
