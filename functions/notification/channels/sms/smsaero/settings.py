"""Settings of SMS Aero."""

from core.settings import SettingsPart


class SmsAeroSettings(SettingsPart):
    """The account at SMS Aero."""

    smsaero_base_url: str = "https://gate.smsaero.ru/v2"
    """Base URL of SMS Aero's API v2."""
    smsaero_credentials: str = ""
    """JSON `{"email", "api_key", "sign"}` of SMS Aero, or a `secretsmanager:` reference to it; `sign` is the sender's
    name; empty leaves it out."""


SETTINGS = SmsAeroSettings
