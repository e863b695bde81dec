"""What is to be deployed: the name of the stack, and what samconfig.toml says of its stage."""

import re
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.sandbox.providers.found import settings_models
from infra.sandbox.providers.settings import Told

ROOT = Path(__file__).parents[2]
# Queues, buckets and buses are named after the stack, and add to its name.
NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?")


class TargetError(Exception):
    """Nothing can be deployed so; the sentence says what to change."""


@dataclass(frozen=True)
class Target:
    """One stack in one region. `sandbox` is where pretended gateways answer, or empty."""

    stack: str
    stage: str
    region: str
    parameters: Mapping[str, str]
    sandbox: str = ""


def target(stack: str, stage: str, more: str = "", sandbox: str = "", config: Path = ROOT / "samconfig.toml") -> Target:
    """The stage's own settings, with `more` ("Name=value …") over them."""
    stages = tomllib.loads(config.read_text(encoding="utf-8"))
    if stage not in stages or "deploy" not in stages[stage]:
        known = sorted(name for name, said in stages.items() if isinstance(said, dict) and "deploy" in said)
        raise TargetError(f"STAGE={stage} is not in samconfig.toml, which has {', '.join(known)}")
    said = stages[stage]["deploy"]["parameters"]
    name = stack or said["stack_name"]
    if not NAME.fullmatch(name):
        raise TargetError(
            f"STACK={name}: a name begins with a small letter, has small letters, digits and hyphens, and at most 40"
        )
    if sandbox and stage == "prod":
        raise TargetError("SANDBOX is for stages where nobody really pays, so not for prod")
    own = pairs(said.get("parameter_overrides", "")) | pairs(more)
    return Target(name, stage, said["region"], _sandboxed(sandbox) | own, sandbox.rstrip("/"))


def pairs(text: str) -> dict[str, str]:
    """Parameters as the SAM CLI takes them."""
    found: dict[str, str] = {}
    for word in shlex.split(text):
        name, equals, value = word.partition("=")
        if not equals:
            raise TargetError(f"PARAMETERS: {word!r} is not Name=value")
        found[name] = value
    return found


def _sandboxed(url: str) -> dict[str, str]:
    """What makes gateways of the sandbox out of the real ones: their addresses, and that they call from anywhere."""
    if not url:
        return {}
    told = {name: value for each in pretended(url) for name, value in each.parameters.items()}
    anywhere = {name: "" for name in told if name.endswith("Networks")}
    return told | anywhere | {"PaymentProviders": ",".join(settings_models())}


def pretended(url: str) -> list[Told]:
    """What the sandbox at this address says of its gateways."""
    return [model().told(url.rstrip("/"), {}) for model in settings_models().values()]
