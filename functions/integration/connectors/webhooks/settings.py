"""Settings of webhooks."""

from core.settings import SettingsPart


class WebhooksSettings(SettingsPart):
    """Where webhooks may go."""

    webhooks_private_addresses: bool = False
    """Whether webhooks may go to private networks and to this machine, and without TLS."""
