"""Finds the gateways of the sandbox: each is a folder beside this file.

It has `settings.py` with the class `Settings`, `shop.py` with the class `Shop`, `texts.json` and `home.html.j2`."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.sandbox.knob import Knob
from infra.sandbox.providers.settings import GatewaySettings

if TYPE_CHECKING:
    from infra.sandbox.providers.base import Shop

FOLDER = Path(__file__).parent
NAMES = tuple(sorted(path.parent.name for path in FOLDER.glob("*/settings.py")))


def settings_models() -> dict[str, type[GatewaySettings]]:
    """The settings of each by its name."""
    return {name: _part(name, "settings").Settings for name in NAMES}


def shops() -> dict[str, type["Shop"]]:
    """The shop of each by its name."""
    return {name: _part(name, "shop").Shop for name in NAMES}


def knobs() -> dict[str, Knob]:
    """The faults that single gateways have."""
    return {name: knob for model in settings_models().values() for name, knob in model.knobs.items()}


def _part(name: str, part: str) -> Any:
    return import_module(f"infra.sandbox.providers.{name}.{part}")
