"""Settings of the integration service."""

from core.settings import CoreSettings


class IntegrationSettings(CoreSettings):
    """How to call the other services, and which queues hold what nobody could handle."""

    service_key: str = ""
    """The key that signs this service's calls to others; may be a `secretsmanager:` reference."""
    dead_letter_queues: str = ""
    """Comma-separated names or URLs of the dead-letter queues that operators see."""
    connectors: str = "webhooks"
    """Comma-separated connectors that are on, of webhooks, bitrix24, amocrm and telegram; those without credentials
    stay off."""
    webhooks_private_addresses: bool = False
    """Whether webhooks may go to private networks and to this machine, and without TLS."""

    @property
    def connector_names(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.connectors.split(",") if name.strip())

    @property
    def dead_letter_queue_names(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.dead_letter_queues.split(",") if name.strip())
