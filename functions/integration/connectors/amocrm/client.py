"""amoCRM's API v4 with a long-lived token: https://www.amocrm.ru/developers/content/crm_platform/"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from core.secrets import resolve
from integration.connectors.calls import JsonAnswer, JsonCalls, refusal
from integration.connectors.crm.domain import ContactCard, Deal, DealCard
from integration.deliveries.errors import PermanentSendError, SendError

# Seven requests a second; who goes on after 429 is blocked with 403.
INTERVAL_SECONDS = 0.15
LIMIT_SECONDS = 5.0
BLOCKED_SECONDS = 600.0
NO_CONTENT, NOT_FOUND, TOO_MANY, BLOCKED = 204, 404, 429, 403
ERASED_NAME = "—"
# Won and lost have the same ids in every pipeline; the others are each account's own.
STATUSES: Mapping[str, int] = {"completed": 142, "no_show": 143, "cancelled": 143, "expired": 143}


class AmoCrm:
    """There is no field for our own ids, and `request_id` only comes back with the answer: what a crash left unnoted
    is found again by the booking's number, or by phone and e-mail together."""

    def __init__(self, base_url: str, token: str, calls: JsonCalls, statuses: Mapping[str, int], pipeline: int) -> None:
        self._url = base_url.rstrip("/") + "/api/v4"
        self._token = token
        self._calls = calls
        self._statuses = {**STATUSES, **statuses}
        self._pipeline = pipeline

    def find_contact(self, card: ContactCard) -> str | None:
        if not (card.phone or card.email):
            return None
        found = self._search("contacts", card.phone or card.email)
        return next((str(one["id"]) for one in found if _values(one) >= {card.phone, card.email} - {""}), None)

    def save_contact(self, their_id: str | None, card: ContactCard) -> str:
        fields = {"name": card.full_name, "custom_fields_values": _fields(card.phone, card.email)}
        if their_id and self._change("contacts", their_id, fields):
            return their_id
        body = [{**fields, "request_id": str(card.customer_id)}]
        answer = self._required(self._call("POST", "/contacts", body))
        return str(answer.body["_embedded"]["contacts"][0]["id"])

    def erase_contact(self, their_id: str) -> None:
        """The API cannot delete contacts, so everything personal is emptied."""
        self._change("contacts", their_id, {"name": ERASED_NAME, "custom_fields_values": _fields(None, None)})

    def find_deal(self, card: DealCard) -> str | None:
        found = self._search("leads", card.number)
        return next((str(one["id"]) for one in found if str(one["name"]).split(" ")[0] == card.number), None)

    def save_deals(self, deals: Sequence[Deal]) -> list[str | SendError]:
        """What is there is changed one by one; what is new is made by one call."""
        saved: dict[UUID, str | SendError] = {}
        for deal in deals:
            try:
                if deal.their_id and self._change("leads", deal.their_id, self._fields(deal.card)):
                    saved[deal.card.booking_id] = deal.their_id
            except SendError as error:
                saved[deal.card.booking_id] = error
        new = [deal for deal in deals if deal.card.booking_id not in saved]
        saved |= self._made(new) if new else {}
        return [saved[deal.card.booking_id] for deal in deals]

    def _made(self, deals: Sequence[Deal]) -> dict[UUID, str | SendError]:
        try:
            answer = self._required(self._call("POST", "/leads/complex", [self._new(deal) for deal in deals]))
            return {deal.card.booking_id: str(made["id"]) for deal, made in zip(deals, answer.body, strict=True)}
        except PermanentSendError as error:
            if len(deals) == 1:
                return {deals[0].card.booking_id: error}
            # One of them is refused, and all with it.
            return {key: made for deal in deals for key, made in self._made([deal]).items()}
        except SendError as error:
            return {deal.card.booking_id: error for deal in deals}

    def _new(self, deal: Deal) -> dict[str, Any]:
        fields = {**self._fields(deal.card), "request_id": str(deal.card.booking_id)}
        contacts = {"_embedded": {"contacts": [{"id": int(deal.contact)}]}} if deal.contact else {}
        return fields | contacts

    def _fields(self, card: DealCard) -> dict[str, Any]:
        fields: dict[str, Any] = {"name": card.title, "price": round(card.amount)}
        if status := self._statuses.get(card.status):
            fields["status_id"] = status
        if self._pipeline:
            fields["pipeline_id"] = self._pipeline
        return fields

    def _search(self, kind: str, words: str) -> list[dict[str, Any]]:
        answer = self._call("GET", f"/{kind}?{urlencode({'query': words, 'limit': 50})}")
        if answer.status == NO_CONTENT:
            return []
        return list(self._required(answer).body["_embedded"][kind])

    def _change(self, kind: str, their_id: str, fields: dict[str, Any]) -> bool:
        """False if somebody deleted it there."""
        answer = self._call("PATCH", f"/{kind}/{int(their_id)}", fields)
        if answer.status == NOT_FOUND:
            return False
        self._required(answer)
        return True

    def _call(self, method: str, path: str, body: Any = None) -> JsonAnswer:
        headers = {"Authorization": f"Bearer {resolve(self._token)}"}
        return self._calls.call(method, self._url + path, headers, body)

    def _required(self, answer: JsonAnswer) -> JsonAnswer:
        if answer.status == 200:
            return answer
        if answer.status == TOO_MANY:
            raise self._calls.limited(answer, "amocrm_429", LIMIT_SECONDS)
        if answer.status == BLOCKED:
            raise self._calls.limited(answer, "amocrm_403", BLOCKED_SECONDS)
        raise refusal(answer, f"amocrm_{answer.status}")


def _fields(phone: str | None, email: str | None) -> list[dict[str, Any]]:
    """`None` empties the field."""
    return [_field("PHONE", phone), _field("EMAIL", email)]


def _field(code: str, value: str | None) -> dict[str, Any]:
    return {"field_code": code, "values": [{"value": value, "enum_code": "WORK"}] if value else None}


def _values(contact: dict[str, Any]) -> set[str]:
    fields = contact.get("custom_fields_values") or []
    return {str(value["value"]) for field in fields for value in field.get("values") or []}
