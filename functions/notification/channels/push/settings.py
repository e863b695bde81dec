"""Settings of notifications of browsers."""

from pydantic import Field

from core.settings import SettingsPart


class PushSettings(SettingsPart):
    """Where browsers are reached, and who we are there."""

    push_key: str = ""
    """The secret that our key pair follows from, by which browsers' push services know us (RFC 8292); may be a
    `secretsmanager:` reference."""
    push_contact: str = Field(default="", pattern=r"^((mailto:|https://)[!-~]{3,200})?$")
    """Where push services write when something is wrong, `mailto:…` or `https://…`; empty switches notifications of
    browsers off."""
    push_hosts: str = "fcm.googleapis.com, updates.push.services.mozilla.com, *.notify.windows.com, web.push.apple.com"
    """The push services that a browser may name, each a host or `*.` and a domain."""
    push_sandbox: str = Field(default="", pattern=r"^(https?://[^\s#]+)?$")
    """The address of a push service to develop against, which may be on this machine; empty is none."""


SETTINGS = PushSettings
