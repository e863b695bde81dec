"""Two receivers of webhooks: one takes everything, the other answers 500 to everything."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, text

from infra.local.client import Client
from tests.support.system.whole import System

TYPES = (
    "booking.created", "booking.confirmed", "booking.cancelled", "booking.expired",
    "payment.succeeded", "payment.failed", "payment.refunded",
)  # fmt: skip
WORKS = {"well": True, "broken": False}
VALID = "valid"
DELIVERIES = "SELECT event_id, status, error FROM integration.deliveries WHERE target = :target"


@dataclass(frozen=True)
class Receiver:
    """What one receiver was to get, and got; `deliveries` are events with what became of each, `calls` the events
    that arrived with how often."""

    name: str
    works: bool
    deliveries: list[tuple[str, str, str | None]] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    forged: int = 0
    """Calls whose signature was none of ours."""


class Receivers:
    """Subscribed at once; ids of the subscriptions by their receivers' names."""

    def __init__(self, system: System) -> None:
        self._sandbox = Client(system.endpoints.sandbox_url)
        self._subscriptions = {name: self._subscribe(system, name, works) for name, works in WORKS.items()}

    def read(self, connection: Connection) -> list[Receiver]:
        return [self._read(connection, name, works) for name, works in WORKS.items()]

    def _subscribe(self, system: System, name: str, works: bool) -> str:
        url = f"{system.endpoints.sandbox_url}/hooks/{name}"
        request = {"url": url, "event_types": list(TYPES), "description": f"a receiver that is {name}"}
        made = system.manager.post("/v1/webhook-subscriptions", request, Idempotency_Key=str(uuid4()))
        behaviour = {"status": 200 if works else 500, "secrets": [made["secret"]]}
        answer = self._sandbox.request("PUT", f"/_sandbox/hooks/{name}", behaviour)
        assert answer.status == 200, answer.document
        return str(made["id"])

    def _read(self, connection: Connection, name: str, works: bool) -> Receiver:
        rows = connection.execute(text(DELIVERIES), {"target": self._subscriptions[name]})
        calls = list(self._calls(name))
        return Receiver(
            name=name,
            works=works,
            deliveries=[(str(row.event_id), row.status, row.error) for row in rows],
            calls=Counter(str(json.loads(call["body"])["id"]) for call in calls),
            forged=sum(call["signature"] != VALID for call in calls),
        )

    def _calls(self, name: str) -> Iterator[dict[str, Any]]:
        before = ""
        while True:
            page = self._sandbox.get(f"/_sandbox/hooks/{name}{before}")
            yield from page["calls"]
            if page["next_before"] is None:
                return
            before = f"?before={page['next_before']}"
