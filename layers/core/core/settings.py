"""Settings from the environment, validated once when a function starts."""

from typing import TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared_schemas.common import DOCUMENTED

ORIGIN = r"https?://[a-z0-9.\-\[\]:]+"
ORIGINS = rf"^({ORIGIN}(,{ORIGIN})*)?$"
LIMIT = r"[a-z\-]+=[1-9][0-9]{0,6}/[1-9][0-9]{0,5}"
LIMITS = rf"^({LIMIT}( {LIMIT})*)?$"
S = TypeVar("S", bound=BaseSettings)
REPLAY_DAYS = 30
"""How old an event may be that is published or sent again; consumers remember for longer than that."""


class SettingsError(RuntimeError):
    """An environment variable is missing or wrong; the message names each of them."""


class SettingsPart(BaseSettings):
    """Settings of one part of a service, such as a gateway: declared in its folder, read only there."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=DOCUMENTED)


class RedeliverySettings(SettingsPart):
    """When a failed message is delivered again."""

    retry_pause_seconds: float = Field(default=5, ge=0, le=900)
    """Seconds until a message that failed is delivered again; the pause triples with each delivery."""
    retry_longest_pause_seconds: float = Field(default=900, ge=0, le=43200)
    """The longest such pause; together with a queue's number of deliveries it says how long an outage may last."""


class BrowserSettings(SettingsPart):
    """Which pages of other origins may call the API from a browser."""

    allowed_origins: str = Field(default="", pattern=ORIGINS)
    """Origins, separated by commas, whose pages may call the API, such as `https://studio.example`; empty is none."""

    @property
    def origins(self) -> frozenset[str]:
        return frozenset(filter(None, self.allowed_origins.split(",")))


class LimitSettings(SettingsPart):
    """How many calls one caller may make."""

    call_limits: str = Field(
        "book=20/60 certificate=20/600 code=60/600 document=60/60 import=10/60 pay=20/60 quote=60/60 register=60/3600"
        " search=120/60 sign-in=240/60",
        pattern=LIMITS,
    )
    """By class of calls, how many in how many seconds each account, key or (without a token) address may make; a class
    that is not named is not counted. Classes are in docs/access.md."""


class CoreSettings(RedeliverySettings, BrowserSettings, LimitSettings):
    """The settings of every function; each service adds its own."""

    service: str
    """The service of this function: gateway, booking, payment, integration or notification."""
    database_url: str
    """`postgresql://role[:password]@host:port/database` of the service's own role."""
    database_iam_auth: bool = False
    """Sign in to the database with an IAM token over TLS (on AWS) instead of a password."""
    event_bus: str = "cyclorama"
    """The EventBridge bus that events are published to."""
    outbox_retention_days: float = Field(default=14, ge=1, le=REPLAY_DAYS)
    """How many days published events are kept, so that they can be published again."""
    api_url: str = ""
    """Base URL of the public API for calls between services; may be an `ssm:` reference."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR."""


def load_settings(model: type[S], *parts: type[SettingsPart]) -> S:
    """Read and check the environment, also for the parts of a service, which read it again in the composition; a
    `SettingsError` names every wrong variable."""
    faults: list[str] = []
    loaded = _read(model, faults)
    for part in parts:
        _read(part, faults)
    if faults or loaded is None:
        raise SettingsError("Check these environment variables: " + "; ".join(faults))
    return loaded


def _read(model: type[S], faults: list[str]) -> S | None:
    try:
        return model()
    except ValidationError as error:
        faults += [f"{variable_of(model, '_'.join(map(str, e['loc'])))}: {e['msg']}" for e in error.errors()]
        return None


def variable_of(model: type[BaseSettings], name: str) -> str:
    """The environment variable of a setting."""
    return f"{model.model_config.get('env_prefix', '')}{name}".upper()
