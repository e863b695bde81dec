"""Connectors in the code, in the template and in the documentation are the same."""

from pathlib import Path
from typing import get_args

import pytest

from infra.local.template import EVERYTHING_ON, load_template
from integration import consumers_connectors
from integration.domain_telegram import TEXTS
from integration.wiring_connectors import FACTORIES
from shared_schemas.connectors import ConnectorName
from shared_schemas.events import REGISTRY, AccountErased, BookingBalanceChanged, BookingEvent, WaitlistOffered

ROOT = Path(__file__).parents[2]
SYSTEM = load_template(ROOT / "template.yaml", EVERYTHING_ON)
NAMES = get_args(ConnectorName)
HANDLERS = {f.handler: f for f in SYSTEM.functions.values()}
# An offer follows the creation of its booking, of which it tells nothing new; what is paid is on no card of a CRM.
UNTOLD = {WaitlistOffered.type, BookingBalanceChanged.type}
BOOKINGS = {kind for (kind, _), model in REGISTRY.items() if issubclass(model, BookingEvent)} - UNTOLD
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


def test_everything_on_names_every_connector() -> None:
    assert EVERYTHING_ON["Connectors"] == ",".join(NAMES)


@pytest.mark.parametrize("on", ["", "telegram", "webhooks,amocrm", EVERYTHING_ON["Connectors"]])
def test_a_connector_that_is_off_takes_no_events_reads_no_queue_and_is_never_called(on: str) -> None:
    system = load_template(ROOT / "template.yaml", {"Connectors": on})
    for name in NAMES:
        function = HANDLERS[f"integration.consumers_connectors.{name}"].logical_id
        read = {source.queue for source in system.queue_sources}
        queue = f"cyclorama-integration-{name}"
        assert {
            "takes events": next(rule for rule in system.rules if rule.name == queue).enabled,
            "reads its queue": queue in read,
            "has its dead letters collected": f"{queue}-dead-letters" in read,
            "runs every minute": function in {schedule.function for schedule in system.schedules},
        } == dict.fromkeys(
            ("takes events", "reads its queue", "has its dead letters collected", "runs every minute"),
            name in on.split(","),
        )
