"""Every list is read page by page, or has a bound that its own length cannot pass."""

import json
from pathlib import Path
from typing import Any

from infra.generate.sharing import inlined

PAGES = Path(__file__).parents[2] / "functions/gateway/pages"
DOCUMENT: dict[str, Any] = inlined(json.loads((PAGES / "openapi.json").read_text(encoding="utf-8")))
# What a list without pages is bounded by: it is as long as the studio is large, not as it is old.
BOUNDED = {
    "/v1/add-ons": "what the studio offers",
    "/v1/api-keys": "keys that are not revoked",
    "/v1/bookings/{booking_id}/history": "the steps of one booking, whose moves are limited",
    "/v1/calendars": "one's own feeds, whose number is limited",
    "/v1/closures": "what has not ended on the day that is named",
    "/v1/connectors": "those that the code has",
    "/v1/consents": "one document in force for each purpose",
    "/v1/customers": "one look at who fits what was typed; `more` says that others do, too",
    "/v1/date-overrides": "days from the one that is named, at most as far as one may book",
    "/v1/dead-letters": "one line for each queue",
    "/v1/halls": "the halls",
    "/v1/halls/{hall_id}/external-calendars": "the calendars of one hall",
    "/v1/halls/{hall_id}/photos": "the photos of one hall, whose number is limited",
    "/v1/halls/{hall_id}/holidays": "the days of one year",
    "/v1/message-rules": "rules of the code, and those that staff made, whose number is limited",
    "/v1/message-templates": "the messages that the code has, in two languages",
    "/v1/message-templates/{name}/{locale_code}/versions": "the last 50 of one text",
    "/v1/open-hours": "the period that is asked for",
    "/v1/payment-methods": "the gateways",
    "/v1/payments/{payment_id}/receipts": "one for the payment, one for the visit, and one for each refund",
    "/v1/payments/{payment_id}/refunds": "parts of one payment",
    "/v1/sessions": "one's own sessions that have not ended",
    "/v1/staff": "who works in the studio",
    "/v1/staff-invitations": "invitations that are open",
    "/v1/tariffs": "the rules in force, whose number is limited",
}


def lists() -> dict[str, set[str]]:
    """Every route that answers with `data`, and the names of what it may be asked."""
    found: dict[str, set[str]] = {}
    for path, item in DOCUMENT["paths"].items():
        operation = item.get("get", {})
        content = operation.get("responses", {}).get("200", {}).get("content", {}).get("application/json", {})
        name = content.get("schema", {}).get("$ref", "").removeprefix("#/components/schemas/")
        answer = DOCUMENT["components"]["schemas"].get(name, {}).get("properties", {})
        if answer.get("data", {}).get("type") == "array":
            asked = operation.get("parameters", [])
            found[path] = {parameter["name"] for parameter in asked if parameter["in"] == "query"}
    return found


def test_every_list_has_pages_or_a_bound() -> None:
    paged = {path for path, asked in lists().items() if "cursor" in asked}
    assert len(paged) > 20
    assert set(lists()) - paged == set(BOUNDED)


def test_a_page_has_a_longest() -> None:
    endless = [
        path
        for path, item in DOCUMENT["paths"].items()
        for parameter in item.get("get", {}).get("parameters", [])
        if parameter["name"] == "limit" and "maximum" not in json.dumps(parameter["schema"])
    ]
    assert endless == []
