"""Settings of mail."""

from core.settings import SettingsPart


class EmailSettings(SettingsPart):
    """The sender of mail, and the service that sends it."""

    mail_from: str
    """The sender of mail, `Name <address>`; the name also heads the messages."""
    ses_endpoint_url: str = ""
    """Endpoint of the SES v2 API, if not AWS's own."""


SETTINGS = EmailSettings
