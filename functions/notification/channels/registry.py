"""The channels by name. One whose settings name no provider is switched off."""

from collections.abc import Mapping
from importlib import import_module
from typing import get_args

from core.settings import SettingsPart
from notification.channels.port import Sender
from shared_schemas.channels import Channel

CHANNELS: tuple[Channel, ...] = get_args(Channel)


def switched_on() -> Mapping[Channel, Sender]:
    """Each channel's `client.configured()` reads its own settings; `SettingsError` if one of them is wrong."""
    configured = {name: _configured(name) for name in CHANNELS}
    return {name: sender for name, sender in configured.items() if sender}


def settings() -> list[type[SettingsPart]]:
    """What each channel's `settings.SETTINGS` declares."""
    return [import_module(f"notification.channels.{name}.settings").SETTINGS for name in CHANNELS]


def _configured(name: Channel) -> Sender | None:
    sender: Sender | None = import_module(f"notification.channels.{name}.client").configured()
    return sender
