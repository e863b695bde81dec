"""What the command line may set."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from infra.sandbox.carriers import registry as carriers
from infra.sandbox.providers.found import settings_models
from infra.sandbox.providers.settings import GatewaySettings
from infra.sandbox.receivers import registry as receivers
from infra.sandbox.receivers.registry import Option

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True)
class Settings:
    """The sandbox's settings; its credentials guard nothing and are public."""

    port: int
    state: Path
    webhook_url: str
    host: str
    public_url: str
    shop_name: str
    gateways: Mapping[str, GatewaySettings]
    smtp_port: int
    callback_url: str
    receivers: Mapping[str, str]
    clock: Path | None
    log_level: str


def parse(arguments: Sequence[str] | None = None) -> Settings:
    """Settings from the command line; ends the program with a clear message if they make no sense."""
    values = vars(_parser().parse_args(arguments))
    values["public_url"] = (values["public_url"] or f"http://127.0.0.1:{values['port']}").rstrip("/")
    values["webhook_url"] = values["webhook_url"].rstrip("/")
    values["log_level"] = values["log_level"].upper()
    names = [option.name.replace("-", "_") for option in _options()]
    values["receivers"] = {name: values.pop(name) for name in names}
    return Settings(gateways=_of_gateways(values), **values)


def _options() -> list[Option]:
    return [*receivers.options(), *carriers.options()]


def _of_gateways(values: dict[str, Any]) -> dict[str, GatewaySettings]:
    """The settings of each gateway, which are taken out of `values`."""
    return {
        name: model(**{each.name: values.pop(f"{model.options}_{each.name}") for each in fields(model)})
        for name, model in settings_models().items()
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m infra.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=5090)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--public-url", help="the sandbox's address in links, if not http://127.0.0.1:<port>")
    parser.add_argument("--state", type=Path, required=True, help="directory for payments, webhooks and messages")
    parser.add_argument("--webhook-url", required=True, help="webhooks go to <webhook-url>/<gateway>")
    parser.add_argument("--shop-name", default="Cyclorama", help="the shop's name on the pay page")
    parser.add_argument("--clock", type=Path, help="the file of the clock of the system that this is part of")
    for model in settings_models().values():
        for each in fields(model):
            name = f"--{model.options}-{each.name.replace('_', '-')}"
            parser.add_argument(name, default=each.default, help=each.metadata["help"])
    parser.add_argument("--smtp-port", type=int, default=0, help="where the mail server listens; 0 is nowhere")
    parser.add_argument("--callback-url", default="", help="carriers tell <callback-url>/<carrier> of messages")
    for option in _options():
        parser.add_argument(f"--{option.name}", default=option.default, help=option.help)
    level = os.environ.get("LOG_LEVEL", "INFO").upper()
    parser.add_argument("--log-level", type=str.upper, choices=LEVELS, default=level if level in LEVELS else "INFO")
    return parser
