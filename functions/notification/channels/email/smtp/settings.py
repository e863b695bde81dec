"""Settings of mail by SMTP."""

from typing import Literal

from pydantic import Field

from core.settings import SettingsPart


class SmtpSettings(SettingsPart):
    """A mail server that takes mail from us, such as one inside Russia."""

    smtp_host: str = ""
    """The mail server's name; empty leaves it out."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    """The mail server's port: 587 with `starttls`, 465 with `tls`."""
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """How the way to the mail server is encrypted; `none` is for a server on the same machine."""
    smtp_credentials: str = ""
    """JSON `{"user", "password"}` of the mail server, or a `secretsmanager:` reference to it."""
    smtp_ca: str = ""
    """The certificates that the mail server's is checked by, as PEM or an `ssm:` reference; empty trusts those that
    everybody does."""


SETTINGS = SmtpSettings
