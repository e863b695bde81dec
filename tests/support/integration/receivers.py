"""The sandbox's receivers as tests of the whole system see them: webhooks, CRMs, Telegram."""

import json
from typing import Any
from uuid import uuid4

from infra.local.client import Client
from integration.connectors.messengers.engine import BETWEEN
from tests.support.system.whole import System


class Hook:
    """A receiver of webhooks with a subscription of its own."""

    def __init__(self, system: System, *types: str) -> None:
        self.name = uuid4().hex
        self._sandbox = Client(system.endpoints.sandbox_url)
        self._manager = system.manager
        url = f"{system.endpoints.sandbox_url}/hooks/{self.name}"
        request = {"url": url, "event_types": list(types) or ["*"], "description": "a test"}
        made = system.manager.post("/v1/webhook-subscriptions", request)
        self.id, self.secret = made["id"], made["secret"]
        self.behave()

    def behave(self, **how: Any) -> None:
        body = {"secrets": [self.secret], **how}
        answer = self._sandbox.request("PUT", f"/_sandbox/hooks/{self.name}", body)
        assert answer.status == 200, answer.document

    def calls(self, booking: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """What came in, the oldest first, each with its parsed `event`; about one booking, if that is given."""
        found = self._sandbox.get(f"/_sandbox/hooks/{self.name}")["calls"][::-1]
        calls = [call | {"event": json.loads(call["body"])} for call in found]
        return [c for c in calls if booking is None or c["event"]["data"].get("booking_id") == booking["id"]]

    def deliveries(self) -> list[dict[str, Any]]:
        return list(self._manager.get(f"/v1/webhook-subscriptions/{self.id}/deliveries")["data"])


def deals(system: System, booking: dict[str, Any]) -> list[dict[str, Any]]:
    """Bitrix24's deals of a booking."""
    found = Client(system.endpoints.sandbox_url).get("/_sandbox/crm/bitrix24/deal")["data"]
    return [deal for deal in found if deal["originId"] == booking["id"]]


def leads(system: System, booking: dict[str, Any]) -> list[dict[str, Any]]:
    """amoCRM's leads of a booking."""
    found = Client(system.endpoints.sandbox_url).get("/_sandbox/crm/amocrm/leads")["data"]
    return [lead for lead in found if lead["name"].startswith(booking["number"])]


def telegrams(system: System, booking: dict[str, Any], messenger: str = "telegram") -> list[str]:
    """What the bot told staff about a booking, a text for each thing: what comes at one time is one message."""
    found = Client(system.endpoints.sandbox_url).get(f"/outbox.json?channel={messenger}")["data"]
    texts = [str(message.get("html") or message.get("text")) for message in found]
    return [told for text in texts for told in text.split(BETWEEN) if booking["number"] in told]


def connector(system: System, name: str) -> dict[str, Any]:
    """One connector as staff see it."""
    return dict(next(c for c in system.manager.get("/v1/connectors")["data"] if c["name"] == name))
