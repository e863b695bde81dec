"""The channels by name, and their providers. A channel whose settings name no provider is switched off."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import get_args

import notification.channels
from core.settings import SettingsError, SettingsPart
from notification.channels.bots import Bot
from notification.channels.port import Provider, Sender, Tracked
from shared_schemas.channels import MESSENGERS, Channel, Messenger

CHANNELS: tuple[Channel, ...] = get_args(Channel)


def switched_on() -> Mapping[Channel, Sender]:
    """Each channel's `client.configured()` reads its own settings; `SettingsError` if one of them is wrong."""
    configured = {name: _configured(name) for name in CHANNELS}
    return {name: sender for name, sender in configured.items() if sender}


def tracked() -> Mapping[str, Tracked]:
    """The providers with credentials that can say what became of a message, whatever the order says now."""
    found = {
        name: _module(f"{channel}.{name}.client").configured() for channel in CHANNELS for name in providers(channel)
    }
    return {name: provider for name, provider in found.items() if isinstance(provider, Tracked)}


def bots() -> Mapping[Messenger, Bot]:
    """Those with credentials and a name, by messenger."""
    found = {name: _module(f"{name}.client").configured() for name in MESSENGERS}
    return {name: bot for name, bot in found.items() if bot}


def settings() -> list[type[SettingsPart]]:
    """What each channel's `settings.SETTINGS` declares, and each provider's."""
    parts = [name for channel in CHANNELS for name in (channel, *(f"{channel}.{each}" for each in providers(channel)))]
    return [_module(f"{part}.settings").SETTINGS for part in parts]


def providers(channel: Channel) -> list[str]:
    """The folders of a channel."""
    folders = iter_modules([f"{path}/{channel}" for path in notification.channels.__path__])
    return sorted(found.name for found in folders if found.ispkg)


def chosen(channel: Channel, order: str) -> Mapping[str, Provider]:
    """Those that `order` names and that have credentials; `SettingsError` for a name that there is not."""
    found: dict[str, Provider] = {}
    for name in filter(None, (each.strip() for each in order.split(","))):
        if name not in providers(channel):
            raise SettingsError(
                f"{name!r} is no provider of {channel}: expected some of {', '.join(providers(channel))}"
            )
        if provider := _module(f"{channel}.{name}.client").configured():
            found[name] = provider
    return found


def _configured(name: Channel) -> Sender | None:
    sender: Sender | None = _module(f"{name}.client").configured()
    return sender


def _module(name: str) -> ModuleType:
    return import_module(f"notification.channels.{name}")
