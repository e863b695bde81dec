"""Connectors in the code, in the template and in the documentation are the same."""

from pathlib import Path
from typing import get_args

import pytest

from infra.local.template import load_template
from integration import consumers_connectors
from integration.domain_telegram import TEXTS
from integration.wiring_connectors import FACTORIES
from shared_schemas.connectors import ConnectorName
from shared_schemas.events import REGISTRY, AccountErased, BookingEvent, WaitlistOffered

ROOT = Path(__file__).parents[2]
SYSTEM = load_template(ROOT / "template.yaml")
NAMES = get_args(ConnectorName)
HANDLERS = {f.handler: f for f in SYSTEM.functions.values()}
# An offer follows the creation of its booking, of which it tells nothing new.
BOOKINGS = {kind for (kind, _), model in REGISTRY.items() if issubclass(model, BookingEvent)} - {WaitlistOffered.type}
TYPES: dict[str, set[str]] = {
    "webhooks": set(),
    "bitrix24": BOOKINGS | {AccountErased.type},
    "amocrm": BOOKINGS | {AccountErased.type},
    "telegram": set(TEXTS),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_connector_has_a_factory_a_function_a_queue_and_a_schedule(name: str) -> None:
    assert name in FACTORIES
    assert callable(getattr(consumers_connectors, name))
    function = HANDLERS[f"integration.consumers_connectors.{name}"]
    queues = [source.queue for source in SYSTEM.queue_sources if source.function == function.logical_id]
    assert queues == [f"cyclorama-integration-{name}"]
    assert [s.interval for s in SYSTEM.schedules if s.function == function.logical_id] == [60]


@pytest.mark.parametrize("name", NAMES)
def test_a_connector_receives_what_it_tells_of(name: str) -> None:
    rule = next(rule for rule in SYSTEM.rules if rule.name.endswith(f"integration-{name}"))
    assert set(rule.pattern.get("detail-type", ())) == TYPES[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_connector_is_explained(name: str) -> None:
    assert f"| `{name}` |" in (ROOT / "docs" / "connectors.md").read_text(encoding="utf-8")
