"""Finds gateways by their names in the contract: each is the folder of that name beside this file.

A folder's `settings.py` declares `SETTINGS`; its `client.py` has `connect`, which makes the `Gateway`. A client is
imported only where the studio takes money through it: the others cost a cold start nothing."""

from collections.abc import Collection, Mapping
from importlib import import_module
from typing import Any

from payment.gateways.configuration import GatewaySettings, Networks, parse_networks
from payment.gateways.port import Gateway
from payment.gateways.studio import Studio
from shared_schemas.providers import PROVIDERS, Provider


def settings_models() -> dict[Provider, type[GatewaySettings]]:
    """The settings of every gateway that there is, also of those that are off: a wrong one stops the start."""
    return {name: _part(name, "settings").SETTINGS for name in PROVIDERS}


def read() -> dict[Provider, GatewaySettings]:
    """What the environment says of each gateway."""
    return {name: model() for name, model in settings_models().items()}


def networks() -> Mapping[str, Networks]:
    """Where the notifications of each may come from."""
    return {name: parse_networks(own.networks) for name, own in read().items()}


def gateways(
    settings: Mapping[Provider, GatewaySettings], chosen: Collection[str], studio: Studio
) -> dict[str, Gateway]:
    """The chosen ones that have credentials."""
    on = {name: own for name, own in settings.items() if name in chosen and own.credentials}
    return {name: _part(name, "client").connect(own, studio) for name, own in on.items()}


def _part(name: str, part: str) -> Any:
    return import_module(f"payment.gateways.{name}.{part}")
