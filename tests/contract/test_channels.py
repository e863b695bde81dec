"""A channel is complete: whatever is missing of one is named here. CONTRIBUTING says how to add one."""

import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import pytest

from core.settings import SettingsPart
from infra.sandbox.carriers import registry as carriers
from notification.channels.port import Sender
from notification.channels.registry import CHANNELS, providers
from notification.messages.domain.plans import PLAN_OF
from shared_schemas.channels import Channel
from tests.support.system.template import system

ROOT = Path(__file__).parents[2]
CONSUMER = system().functions["NotificationMessages"]


def test_the_registry_knows_those_of_the_contract() -> None:
    assert get_args(Channel) == CHANNELS
    folders = {path.parent.name for path in (ROOT / "functions/notification/channels").glob("*/__init__.py")}
    assert folders == set(CHANNELS)


@pytest.mark.parametrize("name", CHANNELS)
def test_it_has_a_folder_with_a_client_and_settings(name: Channel) -> None:
    for part in ("client", "settings"):
        assert find_spec(f"notification.channels.{name}.{part}"), f"channels/{name}/{part}.py is missing"
    client = import_module(f"notification.channels.{name}.client")
    assert callable(client.configured), f"channels/{name}/client.py has no `configured`"
    senders = [value for value in vars(client).values() if isinstance(value, type) and _sends(value)]
    assert senders, f"channels/{name}/client.py has no class with the methods of `Sender`"


def _sends(value: type) -> bool:
    return value is not Sender and all(
        callable(getattr(value, method, None)) for method in ("address", "render", "send")
    )


@pytest.mark.parametrize("name", CHANNELS)
def test_its_settings_are_in_the_template(name: Channel) -> None:
    settings: type[SettingsPart] = import_module(f"notification.channels.{name}.settings").SETTINGS
    assert issubclass(settings, SettingsPart)
    missing = {field.upper() for field in settings.model_fields} - set(CONSUMER.environment)
    assert not missing, f"template.yaml gives the notification service no {', '.join(sorted(missing))}"


PROVIDERS = [(channel, name) for channel in CHANNELS for name in providers(channel)]


@pytest.mark.parametrize(("channel", "name"), PROVIDERS)
def test_a_provider_is_complete(channel: Channel, name: str) -> None:
    client = import_module(f"notification.channels.{channel}.{name}.client")
    settings: type[SettingsPart] = import_module(f"notification.channels.{channel}.{name}.settings").SETTINGS
    missing = {field.upper() for field in settings.model_fields} - set(CONSUMER.environment)
    assert not missing, f"template.yaml gives the notification service no {', '.join(sorted(missing))}"
    assert isinstance(client.LABEL, str)
    assert callable(client.configured)
    assert name in carriers.names(), f"infra/sandbox/carriers/{name} is missing"
    page = (ROOT / "docs/messages.md").read_text(encoding="utf-8")
    assert f"| `{name}` |" in page, f"docs/messages.md has no row of {name}"
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    assert re.search(rf"AllowedPattern: .*\b{name}\b", template), f"the template lets nobody choose {name}"


def test_every_carrier_of_the_sandbox_serves_a_provider() -> None:
    assert carriers.names() == sorted(name for _, name in PROVIDERS)


@pytest.mark.parametrize("name", CHANNELS)
def test_some_message_goes_by_it(name: Channel) -> None:
    assert any(name in plan.written_for for plan in PLAN_OF.values()), f"no plan in plans.py sends by {name}"


def test_no_message_goes_by_a_channel_that_there_is_not() -> None:
    """The one place where messages get their channel: no constraint of the database repeats this."""
    planned = {channel for plan in PLAN_OF.values() for channel in plan.written_for}
    assert planned <= set(CHANNELS), f"plans.py plans messages by {sorted(planned - set(CHANNELS))}"
