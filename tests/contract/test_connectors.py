"""Connectors in the code, in the template, in the sandbox and in the documentation are the same."""

from pathlib import Path
from typing import get_args

import pytest

from infra.local.template import EVERYTHING_ON, load_template
from infra.sandbox.receivers import registry as receivers
from integration import consumers_connectors
from integration.connectors.registry import declared
from shared_schemas.events.envelope import REGISTRY
from shared_schemas.integration.connectors import ConnectorName
from tests.support.integration.completeness import House
from tests.support.system.template import whole_system

ROOT = Path(__file__).parents[2]
HOUSE = House(ROOT)
SYSTEM = whole_system()
NAMES = get_args(ConnectorName)
HANDLERS = {f.handler: f for f in SYSTEM.functions.values()}
# What may say a connector's name besides its own folders: the contract, the template, the page that explains it.
NAMED_IN = ("functions/integration/connectors", "infra/sandbox/receivers")


def test_the_check_sees_every_name() -> None:
    assert HOUSE.names == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_connector_is_complete(name: str) -> None:
    assert HOUSE.missing(name) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_connector_has_a_handler_and_takes_events_that_there_are(name: str) -> None:
    assert callable(getattr(consumers_connectors, name))
    assert (declared(name).TAKES or set()) <= {kind for kind, _ in REGISTRY}


def test_every_receiver_of_the_sandbox_serves_a_connector() -> None:
    assert receivers.names() == sorted(NAMES)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("webhooks", "telegram", "max")])
def test_nobody_else_names_a_connector(name: str) -> None:
    """Webhooks have routes of their own, Telegram is a word of accounts, too, and `max` one of Python."""
    sources = [path for folder in ("functions", "layers", "infra") for path in (ROOT / folder).rglob("*.py")]
    named = [str(path.relative_to(ROOT)) for path in sources if name in path.read_text(encoding="utf-8").lower()]
    assert [path for path in named if not path.startswith(NAMED_IN)] == []


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
