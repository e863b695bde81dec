"""What a gateway of the sandbox may be told on the command line, and what its clients are told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from infra.sandbox.knob import Knob

LOOPBACK = "127.0.0.0/8"


@dataclass(frozen=True)
class Told:
    """What the system that is developed against the sandbox is deployed with: parameters of its template, by name, and
    secrets, by logical id."""

    parameters: Mapping[str, str]
    secrets: Mapping[str, str]


@dataclass(frozen=True)
class GatewaySettings:
    """A folder's `Settings` are fields made by `option`, each an option `--<options>-<field>` of the command line."""

    options: ClassVar[str]
    """The first word of its options."""
    knobs: ClassVar[Mapping[str, Knob]] = {}
    """Faults that it alone can have."""

    def told(self, url: str, chosen: Mapping[str, str]) -> Told:
        """For a sandbox at `url`; `chosen` are parameters of the template that somebody has set already."""
        raise NotImplementedError


def option(default: str, text: str = "") -> Any:
    """A field with what the command line says of it."""
    return field(default=default, metadata={"help": text or None})
