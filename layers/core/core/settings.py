"""Settings from the environment, validated once when a function starts."""

from typing import TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

S = TypeVar("S", bound=BaseSettings)
REPLAY_DAYS = 30
"""How old an event may be that is published or sent once more; consumers remember for longer than that."""


class SettingsError(RuntimeError):
    """The environment lacks a variable or holds a wrong one; the message names each."""


class RedeliverySettings(BaseSettings):
    """When a message comes again that was not handled."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    retry_pause_seconds: float = Field(default=5, ge=0, le=900)
    """After how many seconds a message that was not handled comes again; the pause triples with each delivery."""
    retry_longest_pause_seconds: float = Field(default=900, ge=0, le=43200)
    """The longest such pause; with the deliveries that a queue allows it says how long an outage may last."""


class CoreSettings(RedeliverySettings):
    """What every function reads. A service's own settings add to these."""

    service: str
    """Which service this function belongs to: gateway, booking, payment, integration or notification."""
    database_url: str
    """`postgresql://role[:password]@host:port/database` of the service's own role."""
    database_iam_auth: bool = False
    """Sign in to the database with an IAM token over TLS (on AWS) rather than a password."""
    event_bus: str = "cyclorama"
    """The EventBridge bus that events are published to."""
    outbox_retention_days: float = Field(default=14, ge=1, le=REPLAY_DAYS)
    """How long published events are kept, in days, so that they can be published again."""
    api_url: str = ""
    """Base URL of the public API for calls between services; may be an `ssm:` reference."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""


def load_settings(model: type[S]) -> S:
    """Read and check the environment; a `SettingsError` names every variable at fault."""
    try:
        return model()
    except ValidationError as error:
        faults = [f"{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsError("Check these environment variables: " + "; ".join(faults)) from None
