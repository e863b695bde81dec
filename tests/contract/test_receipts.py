"""Every subscriber leaves receipts under its own name, or it is written down that it does not."""

import re
from pathlib import Path
from typing import get_args

from infra.local.receipts import EVENT_LOG, NO_RECEIPTS, OTHER_NAMES, publishers, subscribers
from infra.local.template import EVERYTHING_ON, load_template
from shared_schemas.connectors import ConnectorName

ROOT = Path(__file__).parents[2]
SYSTEM = load_template(ROOT / "template.yaml", EVERYTHING_ON)
SUBSCRIBERS = {subscriber.name: subscriber for subscriber in subscribers(SYSTEM)}


def names_in(service: str) -> set[str]:
    """The text constants of a service's modules, and what its connectors are called after."""
    sources = "\n".join(path.read_text() for path in (ROOT / "functions" / service).glob("*.py"))
    connectors = {f"integration-{name}" for name in get_args(ConnectorName)} if service == "integration" else set()
    return connectors | set(re.findall(r'^[A-Z_]+ = "([a-z_-]+)"$', sources, flags=re.MULTILINE))


def test_receipts_are_where_they_are_looked_for() -> None:
    for name, subscriber in SUBSCRIBERS.items():
        if name not in {EVENT_LOG, *NO_RECEIPTS}:
            assert OTHER_NAMES.get(name, name) in names_in(subscriber.service), name


def test_nobody_is_excused_who_does_not_exist() -> None:
    assert {EVENT_LOG, *OTHER_NAMES, *NO_RECEIPTS} <= SUBSCRIBERS.keys()


def test_every_service_with_events_can_publish_them_again() -> None:
    assert set(publishers(SYSTEM)) == {"gateway", "booking", "payment", "integration", "notification"}
