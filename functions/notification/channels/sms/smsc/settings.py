"""Settings of SMSC.ru."""

from core.settings import SettingsPart


class SmscSettings(SettingsPart):
    """The account at SMSC.ru."""

    smsc_base_url: str = "https://smsc.ru/sys"
    """Base URL of SMSC.ru's API."""
    smsc_credentials: str = ""
    """JSON `{"login", "password", "secret"}` of SMSC.ru, or a `secretsmanager:` reference to it; `secret` signs its
    callbacks; empty leaves it out."""


SETTINGS = SmscSettings
