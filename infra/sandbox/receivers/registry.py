"""The receivers by name: each folder here is one. Its `api.py` says

* `OPTIONS`: what the command line may set of it;
* `receiver(world, values)`: the part of the sandbox that answers for it.

Its `parameters.json` has the template's parameters and secrets that lead here."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import NamedTuple, Protocol

from aiohttp import web

import infra.sandbox.receivers
from infra.sandbox.database import Database
from infra.sandbox.messages.repository import Messages
from infra.sandbox.receivers.faults import ReceiverFaults


class Option(NamedTuple):
    """An option of the command line: `--<name>`."""

    name: str
    default: str
    help: str | None = None


class Part(Protocol):
    """Something with paths of its own."""

    def routes(self) -> list[web.RouteDef]: ...


@dataclass(frozen=True)
class World:
    """What receivers share."""

    database: Database
    messages: Messages
    faults: ReceiverFaults


def names() -> list[str]:
    return sorted(found.name for found in iter_modules(infra.sandbox.receivers.__path__) if found.ispkg)


def declared(name: str) -> ModuleType:
    """Where a receiver says what it is."""
    return import_module(f"infra.sandbox.receivers.{name}.api")


def options() -> list[Option]:
    """Of all receivers."""
    return [option for name in names() for option in declared(name).OPTIONS]


def receivers(world: World, values: Mapping[str, str]) -> list[Part]:
    """All of them; `values` of the options by name."""
    return [declared(name).receiver(world, values) for name in names()]
