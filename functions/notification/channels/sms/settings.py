"""Settings of SMS."""

from core.settings import SettingsPart


class SmsSettings(SettingsPart):
    """Who sends SMS."""

    sms_providers: str = "smsru"
    """In which order providers are asked to send an SMS, of smsru, smsc, smsaero and sns; those without credentials are
    left out, and with none SMS are off."""


SETTINGS = SmsSettings
