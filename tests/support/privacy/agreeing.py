"""People who agree, and an administrator who changes the texts, through the gateway's routes."""

import json
from typing import Any
from uuid import uuid4

from core.identity import Identity
from gateway.app import api
from shared_schemas.common import Role
from tests.support.database import RecordingPublisher
from tests.support.rest import Answer, call, rest_event

ADMIN, MANAGER = Identity(str(uuid4()), Role.ADMIN), Identity(str(uuid4()), Role.MANAGER)
BOOKING, NOTIFICATION, PAYMENT = (Identity(name, Role.SERVICE) for name in ("booking", "notification", "payment"))
EMAIL, NOW_IN_FORCE = "vera@example.com", "2026-11"
NEEDED = {"document": "personal_data", "version": NOW_IN_FORCE}
ADVERTISING = {"document": "advertising", "version": NOW_IN_FORCE}
TEXTS = {"ru": {"title": "Согласие", "text": "Согласен.\n\nВот на что."}, "en": {"title": "Yes", "text": "I agree."}}
NEWCOMER = {"email": EMAIL, "phone": "+79161112233", "full_name": "Вера", "password": "a longer sentence"}
PUT, GET = "PUT /v1/consents/{kind}", "GET /v1/consents/{kind}/{version}"


def ask(route: str, body: Any = None, who: Identity | None = None, query: Any = None, **path: str) -> Answer:
    sent = json.dumps(body) if body is not None else None
    return call(api, rest_event(route, body=sent, identity=who, path=path, query=query or {}))


def register(**changes: Any) -> Answer:
    return ask("POST /v1/accounts", NEWCOMER | {"consents": [NEEDED]} | changes)


def vera(**changes: Any) -> Identity:
    made = register(**changes)
    assert made.status == 201, made.body
    return Identity(made.body["id"], Role.CLIENT)


def given(who: Identity) -> list[tuple[str, str, str, bool]]:
    """Kind, version, where it was given, and whether it holds; the oldest first."""
    rows = ask("GET /v1/me/consents", who=who).body["data"]
    return [(row["kind"], row["version"], row["source"], "revoked_at" not in row) for row in reversed(rows)]


def agree(who: Identity, kind: str, version: str = NOW_IN_FORCE) -> Answer:
    return ask("POST /v1/me/consents", {"kind": kind, "version": version}, who)


def publish(version: str, kind: str = "advertising", **changes: Any) -> Answer:
    return ask(PUT, {"version": version, "texts": TEXTS} | changes, ADMIN, kind=kind)


def may_be_sent_advertising(who: Identity) -> bool:
    found = ask("GET /v1/accounts/{account_id}/contact", who=PAYMENT, account_id=who.subject)
    return bool(found.body["advertising"])


def told(broker: RecordingPublisher) -> list[tuple[str, str]]:
    return [(each.type, each.data["kind"]) for each in broker.taken if each.type.startswith("consent.")]
