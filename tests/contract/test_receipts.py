"""Every subscriber leaves receipts under its own name, or it is written down here that it leaves none."""

import re
from pathlib import Path
from typing import get_args

from infra.local.cli.receipts import EVENT_LOG, publishers, subscribers
from shared_schemas.integration.connectors import ConnectorName
from tests.support.system.template import whole_system

ROOT = Path(__file__).parents[2]
SYSTEM = whole_system()
# They act on what the gateway and their own books say and not on the event; polls make up for what is lost.
NO_RECEIPTS = {"payment-notifications"}
SUBSCRIBERS = {subscriber.name: subscriber for subscriber in subscribers(SYSTEM)}


def names_in(service: str) -> set[str]:
    """The text constants of a service's modules, and what its connectors are called after."""
    sources = "\n".join(path.read_text() for path in (ROOT / "functions" / service).rglob("*.py"))
    connectors = {f"integration-{name}" for name in get_args(ConnectorName)} if service == "integration" else set()
    return connectors | set(re.findall(r'^[A-Z_]+ = "([a-z_-]+)"$', sources, flags=re.MULTILINE))


def test_receipts_are_where_they_are_looked_for() -> None:
    for name, subscriber in SUBSCRIBERS.items():
        # A name among receipts of one that leaves them for some events alone would make the others look lost.
        assert (name in names_in(subscriber.service)) == (name not in {EVENT_LOG, *NO_RECEIPTS}), name


def test_nobody_is_excused_who_does_not_exist() -> None:
    assert {EVENT_LOG, *NO_RECEIPTS} <= SUBSCRIBERS.keys()


def test_every_service_with_events_can_publish_them_again() -> None:
    assert set(publishers(SYSTEM)) == {"gateway", "booking", "payment", "integration", "notification"}
