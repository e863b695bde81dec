"""The connectors by name. Each is the folder that is called like it; its `connector.py` says

* `LABEL`: what people call the other system, in both languages;
* `TAKES`: the types of the events that it is told of, None for all;
* `configured(world)`: the connector made from its own settings, None if its credentials are not set."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Generic, TypeVar, get_args

from core.clock import Clock
from core.service_client import ServiceClient
from integration.deliveries.ports import Connector
from shared_schemas.integration.connectors import ConnectorName

NAMES: tuple[ConnectorName, ...] = get_args(ConnectorName)
W_co = TypeVar("W_co", covariant=True)
W = TypeVar("W")


@dataclass(frozen=True)
class World(Generic[W_co]):
    """What a connector is made from, besides its own settings."""

    unit_of_work: Callable[[], W_co]
    clock: Clock
    services: ServiceClient


def declared(name: str) -> ModuleType:
    """Where a connector says what it is."""
    return import_module(f"integration.connectors.{name}.connector")


def switched_on(named: Collection[str], world: World[W]) -> dict[ConnectorName, Connector[W]]:
    """Those that are named and have credentials. Only their modules are imported."""
    made = {name: _configured(name, world) for name in NAMES if name in named}
    return {name: connector for name, connector in made.items() if connector}


def _configured(name: ConnectorName, world: World[W]) -> Connector[W] | None:
    connector: Connector[W] | None = declared(name).configured(world)
    return connector
