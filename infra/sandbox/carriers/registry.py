"""The carriers by name: each folder here is one. Its `api.py` says

* `OPTIONS`: what the command line may set of it;
* `carrier(world, values)`: the part of the sandbox that answers for it.

Its `parameters.json` has the template's parameters and secrets that lead here."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import infra.sandbox.carriers
from infra.sandbox.carriers.world import World
from infra.sandbox.receivers.registry import Option, Part


def names() -> list[str]:
    return sorted(found.name for found in iter_modules(infra.sandbox.carriers.__path__) if found.ispkg)


def options() -> list[Option]:
    """Of all carriers."""
    return [option for name in names() for option in _declared(name).OPTIONS]


def carriers(world: World, values: Mapping[str, str]) -> list[Part]:
    """All of them; `values` of the options by name."""
    return [_declared(name).carrier(world, values) for name in names()]


def _declared(name: str) -> ModuleType:
    return import_module(f"infra.sandbox.carriers.{name}.api")
