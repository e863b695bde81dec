"""Options of the one-machine runtime, each an environment variable."""

import os
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from infra.local.errors import LocalError

ROOT = Path(__file__).resolve().parents[2]


class LocalSettings(BaseSettings):
    """Read once at start; a wrong value is one clear line."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True, populate_by_name=True)

    state: Path = Field(Path(".cyclorama"), alias="CYCLORAMA_STATE")
    """Where data, logs and endpoints.json are kept across restarts."""
    ports: str = Field("default", alias="CYCLORAMA_PORTS", pattern="^(default|auto)$")
    """`default`: 5000 to 5004, 5050, 5090, 5091 and 5490. `auto`: free ports, named in endpoints.json."""
    log_level: str = Field("INFO", alias="LOG_LEVEL", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    """DEBUG, INFO, WARNING or ERROR, for the terminal, the log files and the functions."""
    database_url: str | None = Field(None, alias="DATABASE_URL")
    """An administrator's URL of a PostgreSQL to use instead of the one that is started here."""
    aws_endpoint_url: str | None = Field(None, alias="AWS_ENDPOINT_URL")
    """An AWS endpoint (LocalStack, …) to use instead of the one that is started here."""
    broker: str = Field("ministack", alias="CYCLORAMA_BROKER", pattern="^(ministack|localstack)$")
    """What to start as the AWS endpoint: `ministack`, or `localstack` from .venv-localstack."""
    reload: bool = Field(True, alias="CYCLORAMA_RELOAD")
    """Replace execution environments when code changes."""
    seed: bool = Field(True, alias="CYCLORAMA_SEED")
    """Give an empty system its demo studio."""
    sandbox: bool = Field(True, alias="CYCLORAMA_SANDBOX")
    """Start the sandbox gateways, mail and SMS."""
    template: Path = Field(ROOT / "template.yaml", alias="CYCLORAMA_TEMPLATE")
    """The template that describes the system."""
    parameters: dict[str, str] = Field(default_factory=dict, alias="CYCLORAMA_PARAMETERS")
    """Template parameters as a JSON object, over the local ones."""
    concurrency: int = Field(
        default_factory=lambda: min(8, 2 * (os.cpu_count() or 2)), alias="CYCLORAMA_CONCURRENCY", ge=1
    )
    """Most execution environments of one function; the template's reserved concurrency may lower it."""
    idle_seconds: float = Field(600, alias="CYCLORAMA_IDLE_SECONDS", gt=0)
    """How long an unused execution environment is kept."""
    schedule_seconds: float | None = Field(None, alias="CYCLORAMA_SCHEDULE_SECONDS", gt=0)
    """Fire every schedule this often instead of as the template says: for tests and demonstrations."""
    visibility_seconds: int | None = Field(None, alias="CYCLORAMA_VISIBILITY_SECONDS", gt=0)
    """How soon a message comes again whose function died, instead of as the template says: for tests."""
    restarts: int = Field(3, alias="CYCLORAMA_RESTARTS", ge=0)
    """How often a database, broker or sandbox that ended by itself is started again before the system gives up."""
    fork: bool = Field(True, alias="CYCLORAMA_FORK")
    """Fork functions' processes from one that has imported their libraries; on Linux only."""
    pure_client: bool = Field(False, alias="CYCLORAMA_PURE_RUNTIME_CLIENT")
    """Run functions with the pure-Python runtime client even where awslambdaric exists."""

    @property
    def logs(self) -> Path:
        return self.state / "logs"


def load_local_settings() -> LocalSettings:
    """The settings, with paths made absolute."""
    try:
        settings = LocalSettings()
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise LocalError("Check these environment variables: " + "; ".join(faults)) from None
    return settings.model_copy(update={"state": settings.state.resolve(), "template": settings.template.resolve()})
