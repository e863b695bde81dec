"""Bitrix24 through an incoming webhook, whose URL is the whole credential: https://apidocs.bitrix24.com"""

from collections.abc import Mapping
from typing import Any

from core.secrets import resolve
from integration.connectors.calls import JsonAnswer, JsonCalls, refusal
from integration.connectors.crm.domain import ORIGINATOR, ContactCard, DealCard
from integration.deliveries.errors import PermanentSendError, TransientSendError

DEAL, CONTACT = 2, 3
# Two requests a second, says the documentation of its limits.
INTERVAL_SECONDS = 0.5
LIMIT_SECONDS = 5.0
# What operations took of a method's ten minutes is forgotten bit by bit.
OPERATION_SECONDS = 60.0
LIMITS = {"QUERY_LIMIT_EXCEEDED": LIMIT_SECONDS, "OPERATION_TIME_LIMIT": OPERATION_SECONDS}
# The stages that every portal begins with.
STAGES: Mapping[str, str] = {
    "pending": "NEW",
    "confirmed": "PREPARATION",
    "in_progress": "EXECUTING",
    "completed": "WON",
    "no_show": "LOSE",
    "cancelled": "LOSE",
    "expired": "LOSE",
}


class Bitrix24:
    """Deals and contacts carry our own ids as their origin; nothing else would tell a repeat from a new one."""

    def __init__(self, url: str, calls: JsonCalls, stages: Mapping[str, str], category: int) -> None:
        self._url = url
        self._calls = calls
        self._stages = {**STAGES, **stages}
        self._category = category

    def find_contact(self, card: ContactCard) -> str | None:
        return self._find(CONTACT, str(card.customer_id))

    def save_contact(self, their_id: str | None, card: ContactCard) -> str:
        """Numbers and addresses are set at first only: in an update they would be added to those that are there."""
        if their_id and self._update(CONTACT, their_id, {"name": card.full_name}):
            return their_id
        reached_by = [("PHONE", card.phone), ("EMAIL", card.email)]
        numbers = [{"typeId": kind, "valueType": "WORK", "value": value} for kind, value in reached_by if value]
        return self._add(CONTACT, str(card.customer_id), {"name": card.full_name, "fm": numbers})

    def erase_contact(self, their_id: str) -> None:
        self._done(self._call("crm.item.delete", {"entityTypeId": CONTACT, "id": int(their_id)}))

    def find_deal(self, card: DealCard) -> str | None:
        return self._find(DEAL, str(card.booking_id))

    def save_deal(self, their_id: str | None, card: DealCard, contact: str | None) -> str:
        fields: dict[str, Any] = {
            "title": card.title,
            "stageId": self._stages[card.status],
            "opportunity": card.amount,
            "currencyId": "RUB",
            "begindate": card.start.isoformat(),
            "closedate": card.end.isoformat(),
        }
        if contact:
            fields["contactId"] = int(contact)
        if their_id and self._update(DEAL, their_id, fields):
            return their_id
        return self._add(DEAL, str(card.booking_id), {**fields, "categoryId": self._category})

    def _find(self, kind: int, origin: str) -> str | None:
        wanted = {"originatorId": ORIGINATOR, "originId": origin}
        body = {"entityTypeId": kind, "select": ["id"], "filter": wanted, "order": {"id": "ASC"}}
        found = self._required(self._call("crm.item.list", body)).get("items", [])
        return str(found[0]["id"]) if found else None

    def _add(self, kind: int, origin: str, fields: dict[str, Any]) -> str:
        ours = {"originatorId": ORIGINATOR, "originId": origin}
        answer = self._call("crm.item.add", {"entityTypeId": kind, "fields": {**fields, **ours}})
        return str(self._required(answer)["item"]["id"])

    def _update(self, kind: int, their_id: str, fields: dict[str, Any]) -> bool:
        """False if somebody deleted it there."""
        body = {"entityTypeId": kind, "id": int(their_id), "fields": fields}
        return self._done(self._call("crm.item.update", body))

    def _done(self, answer: JsonAnswer) -> bool:
        if answer.field("error") == "NOT_FOUND":
            return False
        self._required(answer)
        return True

    def _call(self, method: str, body: dict[str, Any]) -> JsonAnswer:
        return self._calls.call("POST", f"{resolve(self._url).rstrip('/')}/{method}.json", {}, body)

    def _required(self, answer: JsonAnswer) -> dict[str, Any]:
        """The result; errors have codes of their own, whatever the status."""
        result, code = answer.field("result"), str(answer.field("error") or "")
        if answer.status == 200 and not code and result is not None:
            return result if isinstance(result, dict) else {}
        if code in LIMITS or answer.status == 429:
            raise self._calls.limited(answer, f"bitrix24_{code or 429}".lower(), LIMITS.get(code, LIMIT_SECONDS))
        raise _refusal(answer, code)


def _refusal(answer: JsonAnswer, code: str) -> PermanentSendError | TransientSendError:
    known = code if code.replace("_", "").isalnum() and len(code) <= 50 else str(answer.status)
    return refusal(answer, f"bitrix24_{known}".lower())
