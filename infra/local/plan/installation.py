"""A machine that serves a real studio: what its operator says of it, in one TOML file that only they may read."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from infra.local.machine.errors import LocalError

OTHERS = 0o077
ADDRESS = r"^https?://[^/?#]+(/[^?#]*[^/?#])?$"


class Installation(BaseModel):
    """The template's parameters and the values of its secrets, by logical id, and where gateways call from outside."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    webhooks_url: str = Field(pattern=ADDRESS)
    """How gateways reach port 5002, such as `https://pay.studio.example`: they are told it with each payment."""
    message_webhooks_url: str = Field("", pattern=f"{ADDRESS}|^$")
    """How messengers reach port 5004, where their bots are on: they are told it by a job."""
    parameters: dict[str, str] = Field(default_factory=dict)
    secrets: dict[str, str] = Field(default_factory=dict)


def load_installation(path: Path) -> Installation:
    """`LocalError` says what is wrong with the file; it never says a value, which may be a password."""
    try:
        if path.stat().st_mode & OTHERS:
            raise LocalError(f"{path} holds passwords and may be read by others: chmod 600 {path}")
        return Installation.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise LocalError(f"CYCLORAMA_INSTALLATION: {error.strerror}: {path}") from None
    except tomllib.TOMLDecodeError as error:
        raise LocalError(f"{path} is not TOML: {error}") from None
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_input=False)]
        raise LocalError(f"Check {path}: " + "; ".join(faults)) from None
