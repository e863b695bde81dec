"""Bitrix24 through an incoming webhook, whose URL is the whole credential: https://apidocs.bitrix24.com"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from core.secrets import resolve
from integration.connectors.calls import JsonAnswer, JsonCalls, refusal
from integration.connectors.crm.domain import ORIGINATOR, ContactCard, Deal, DealCard
from integration.deliveries.errors import PermanentSendError, SendError, TransientSendError

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

    def save_deals(self, deals: Sequence[Deal]) -> list[str | SendError]:
        """One call for all of them; those that somebody deleted there are made again, each by one more."""
        if len(deals) == 1:
            return [_or_error(self._save, deals[0])]
        calls = {f"d{number}": self._call_for(deal) for number, deal in enumerate(deals)}
        try:
            body = {"halt": 0, "cmd": {key: f"{method}?{query_of(told)}" for key, (method, told) in calls.items()}}
            answer = self._required(self._call("batch", body))
        except SendError as error:
            return [error] * len(deals)
        done, failed = _by_key(answer.get("result")), _by_key(answer.get("result_error"))
        return [self._one(deal, done.get(key), failed.get(key)) for key, deal in zip(calls, deals, strict=True)]

    def _one(self, deal: Deal, done: Any, failed: Any) -> str | SendError:
        """What became of it among the others."""
        code = str((failed or {}).get("error") or "")
        if code == "NOT_FOUND" and deal.their_id:
            return _or_error(self._save, Deal(None, deal.card, deal.contact))
        if failed or not isinstance(done, dict):
            # Inside a batch no refusal has a status of its own.
            return self._problem(JsonAnswer(400 if failed else 200, {}, None), code)
        return str(done["item"]["id"])

    def _call_for(self, deal: Deal) -> tuple[str, dict[str, Any]]:
        fields = self._fields(deal)
        if deal.their_id:
            return "crm.item.update", {"entityTypeId": DEAL, "id": int(deal.their_id), "fields": fields}
        ours = {"originatorId": ORIGINATOR, "originId": str(deal.card.booking_id), "categoryId": self._category}
        return "crm.item.add", {"entityTypeId": DEAL, "fields": {**fields, **ours}}

    def _save(self, deal: Deal) -> str:
        fields = self._fields(deal)
        if deal.their_id and self._update(DEAL, deal.their_id, fields):
            return deal.their_id
        return self._add(DEAL, str(deal.card.booking_id), {**fields, "categoryId": self._category})

    def _fields(self, deal: Deal) -> dict[str, Any]:
        card = deal.card
        fields: dict[str, Any] = {
            "title": card.title,
            "stageId": self._stages[card.status],
            "opportunity": card.amount,
            "currencyId": "RUB",
            "begindate": card.start.isoformat(),
            "closedate": card.end.isoformat(),
        }
        if deal.contact:
            fields["contactId"] = int(deal.contact)
        return fields

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
        raise self._problem(answer, code)

    def _problem(self, answer: JsonAnswer, code: str) -> SendError:
        if code in LIMITS or answer.status == 429:
            return self._calls.limited(answer, f"bitrix24_{code or 429}".lower(), LIMITS.get(code, LIMIT_SECONDS))
        return _refusal(answer, code)


def query_of(told: Mapping[str, Any], outer: str = "") -> str:
    """The arguments of a call inside a batch, as PHP reads them: `fields[title]=…`."""
    parts = []
    for name, value in told.items():
        path = f"{outer}[{name}]" if outer else name
        nested = isinstance(value, dict)
        parts.append(query_of(value, path) if nested else f"{quote(path, '[]')}={quote(str(value), '')}")
    return "&".join(parts)


def _by_key(found: Any) -> dict[str, Any]:
    """PHP writes what is empty as a list."""
    return found if isinstance(found, dict) else {}


def _or_error(save: Callable[[Deal], str], deal: Deal) -> str | SendError:
    try:
        return save(deal)
    except SendError as error:
        return error


def _refusal(answer: JsonAnswer, code: str) -> PermanentSendError | TransientSendError:
    known = code if code.replace("_", "").isalnum() and len(code) <= 50 else str(answer.status)
    return refusal(answer, f"bitrix24_{known}".lower())
