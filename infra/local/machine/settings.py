"""Options of the one-machine runtime, each an environment variable."""

import os
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from infra.clock import FILE_NAME
from infra.local.machine.errors import LocalError

ROOT = Path(__file__).resolve().parents[3]


class LocalSettings(BaseSettings):
    """Read once at start; a wrong value is one clear line."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True, populate_by_name=True)

    state: Path = Field(Path(".cyclorama"), alias="CYCLORAMA_STATE")
    """Where data, logs and endpoints.json are kept across restarts."""
    ports: str = Field("default", alias="CYCLORAMA_PORTS", pattern="^(default|auto)$")
    """`default`: 5000 to 5004, 5050, 5090 to 5092 and 5490. `auto`: free ports, named in endpoints.json."""
    hosts: str = Field("", alias="CYCLORAMA_HOSTS")
    """Further names, separated by commas, by which ports 5000 to 5004 are reached, such as a tunnel's."""
    allowed_origins: str = Field("", alias="ALLOWED_ORIGINS")
    """Origins, separated by commas, whose pages may call the API: the template's `AllowedOrigins`."""
    call_limits: str | None = Field(None, alias="CALL_LIMITS")
    """The template's `CallLimits`, for example empty for a load test."""
    requests_per_address: int = Field(0, alias="REQUESTS_PER_ADDRESS", ge=0)
    """The template's `RequestsPerAddress`. On one machine all callers have the same address, so by default it is 0."""
    log_level: str = Field("INFO", alias="LOG_LEVEL", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    """DEBUG, INFO, WARNING or ERROR, for the terminal, the log files and the functions."""
    database_url: str | None = Field(None, alias="DATABASE_URL")
    """An administrator's URL of a PostgreSQL server to use instead of starting one."""
    aws_endpoint_url: str | None = Field(None, alias="AWS_ENDPOINT_URL")
    """An AWS endpoint (LocalStack, …) to use instead of starting one."""
    broker: str = Field("ministack", alias="CYCLORAMA_BROKER", pattern="^(ministack|localstack)$")
    """Which AWS endpoint to start: `ministack`, or `localstack` from .venv-localstack."""
    reload: bool = Field(True, alias="CYCLORAMA_RELOAD")
    """Restart functions when their code changes."""
    seed: bool = Field(True, alias="CYCLORAMA_SEED")
    """Fill an empty system with the demo studio."""
    sandbox: bool = Field(True, alias="CYCLORAMA_SANDBOX")
    """Start the sandbox gateways, mail and SMS."""
    template: Path = Field(ROOT / "template.yaml", alias="CYCLORAMA_TEMPLATE")
    """The template that describes the system."""
    parameters: dict[str, str] = Field(default_factory=dict, alias="CYCLORAMA_PARAMETERS")
    """Template parameters as a JSON object; they override the local ones."""
    installation: Path | None = Field(None, alias="CYCLORAMA_INSTALLATION")
    """A TOML file of a real studio: its parameters, secrets and outside address. It has no sandbox and no demo."""
    concurrency: int = Field(
        default_factory=lambda: min(8, 2 * (os.cpu_count() or 2)), alias="CYCLORAMA_CONCURRENCY", ge=1
    )
    """The most execution environments of one function; the template's reserved concurrency may lower it."""
    idle_seconds: float = Field(75, alias="CYCLORAMA_IDLE_SECONDS", gt=0)
    """How long an unused execution environment is kept, at most: the one used last of a function that a client
    waits for; others for five seconds."""
    schedule_seconds: float | None = Field(None, alias="CYCLORAMA_SCHEDULE_SECONDS", gt=0)
    """Run every schedule this often, the first time within this, not as the template says: for tests and demos."""
    gathering_seconds: float = Field(1, alias="CYCLORAMA_GATHERING_SECONDS", ge=0)
    """The longest that a batch of messages gathers, where the template gives it more."""
    visibility_seconds: int | None = Field(None, alias="CYCLORAMA_VISIBILITY_SECONDS", gt=0)
    """When a message whose function crashed is delivered again, instead of as the template says: for tests."""
    restarts: int = Field(3, alias="CYCLORAMA_RESTARTS", ge=0)
    """How often a crashed database, broker or sandbox is restarted before the system gives up."""
    fork: bool = Field(True, alias="CYCLORAMA_FORK")
    """Fork functions' processes from one that has imported their libraries (Linux only)."""
    pure_client: bool = Field(False, alias="CYCLORAMA_PURE_RUNTIME_CLIENT")
    """Run functions with the pure-Python runtime client even where awslambdaric exists."""

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def clock(self) -> Path:
        """What every process of the system reads the time by."""
        return self.state / FILE_NAME

    @property
    def further_hosts(self) -> list[str]:
        return [host.strip() for host in self.hosts.split(",") if host.strip()]


def load_local_settings() -> LocalSettings:
    """The settings, with paths made absolute."""
    try:
        settings = LocalSettings()
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise LocalError("Check these environment variables: " + "; ".join(faults)) from None
    chosen: dict[str, object] = {"state": settings.state.resolve(), "template": settings.template.resolve()}
    if settings.installation:
        chosen |= {"sandbox": False, "seed": False, "installation": settings.installation.resolve()}
    return settings.model_copy(update=chosen)
