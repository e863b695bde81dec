"""The parts that a booking goes through, each with what it can do; figures come from `parts.toml` and the template."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.template import EVERYTHING_ON, load_template
from infra.local.template.model import System

FOLDER = Path(__file__).parent
TEMPLATE = FOLDER.parents[1] / "template.yaml"


@dataclass(frozen=True)
class Part:
    """`servers` work side by side, each `seconds` at a time, `visits` times a booking; `awaited` by whoever books."""

    name: str
    servers: int
    seconds: float
    visits: float
    awaited: bool
    change: str
    """What to change when it is full."""

    def load(self, rate: float) -> float:
        """Its share of time in use at `rate` bookings a second; from 1 on it cannot keep up."""
        return rate * self.visits * self.seconds / self.servers

    @property
    def most(self) -> float:
        """Bookings a second at which it is full."""
        return self.servers / (self.visits * self.seconds)


def parts_of(
    database: str, figures: Mapping[str, Any] | None = None, system: System | None = None, proxied: bool = False
) -> list[Part]:
    """All parts, with a database of this class: its processors, and how many functions run at once beside it, or share
    its connections through RDS Proxy."""
    known = figures or tomllib.loads((FOLDER / "parts.toml").read_text(encoding="utf-8"))
    chosen = {"DatabaseInstanceClass": database, "DatabaseProxy": "true" if proxied else "false"}
    deployed = system or load_template(TEMPLATE, {**EVERYTHING_ON, **chosen})
    return [_part(name, told, known, deployed, database) for name, told in known["parts"].items()]


def _part(name: str, told: Mapping[str, Any], known: Mapping[str, Any], system: System, database: str) -> Part:
    if "function" in told:
        servers = system.functions[told["function"]].reserved_concurrency or known["concurrency"]
        seconds = told["milliseconds"] / 1000
    elif told.get("database"):
        servers, seconds = known["processors"][database], told["milliseconds"] / 1000
    else:
        servers, seconds = 1, 1 / told["per_second"]
    return Part(name, servers, seconds, told["visits"], told.get("awaited", False), told["change"])


def local_machine(processors: int, seconds: float | None = None) -> list[Part]:
    """One machine, where all parts share the processors: `make benchmark-scaling` compares it with a running system.
    `seconds` of processor time are what a booking takes there, until its pipeline is drained."""
    known = tomllib.loads((FOLDER / "parts.toml").read_text(encoding="utf-8"))
    taken = seconds or known["one_machine"]["milliseconds"] / 1000
    return [Part("processors", processors, taken, 1, True, "a larger machine, or AWS")]
