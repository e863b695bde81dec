"""Settings of the integration service."""

from pydantic import Field

from core.settings import CoreSettings


class IntegrationSettings(CoreSettings):
    """How to call the other services, and which dead-letter queues to read."""

    service_key: str = ""
    """The key that signs this service's calls to others; may be a `secretsmanager:` reference."""
    dead_letter_queues: str = ""
    """Comma-separated names or URLs of the dead-letter queues that staff see."""
    event_retention_months: int = Field(default=13, ge=2)
    """How many whole months the event log is kept."""
    connectors: str = "webhooks"
    """Comma-separated [connectors](connectors.md) that are switched on; one without credentials stays off."""
    dead_letter_retention_days: float = Field(default=92, ge=14)
    """How long a dead letter is kept after it was redriven or discarded."""
    error_retention_days: float = Field(default=400, ge=31)
    """How long a resolved error is kept after it last occurred, and a replay or rebuild after its end."""

    @property
    def connector_names(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.connectors.split(",") if name.strip())

    @property
    def dead_letter_queue_names(self) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.dead_letter_queues.split(",") if name.strip())
