"""Settings of mail."""

from core.settings import SettingsPart


class EmailSettings(SettingsPart):
    """The sender of mail, and who sends it."""

    mail_from: str
    """The sender of mail, `Name <address>`; the name also heads the messages."""
    mail_providers: str = "ses"
    """In which order providers are asked to send a mail, of ses and smtp."""


SETTINGS = EmailSettings
