"""Connectors as the environment alone puts them together: over the routes, from the queue to the receiver's socket."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from core.identity import Identity
from integration import composition
from integration.app import api
from integration.consumers_connectors import HANDLERS
from shared_schemas.common import Role
from tests.support.rest import Answer, call, rest_event
from tests.support.samples import envelope, sample
from tests.support.scripted_server import Script, scripted_server
from tests.support.system.environment import Context, deployed

MANAGER = Identity(str(uuid4()), Role.MANAGER)
CONFIRMED = envelope("sqs_booking_confirmed")
SECRETS = {
    "BITRIX24_WEBHOOK_URL": "/rest/1/very-secret",
    "AMOCRM_TOKEN": "very-secret",
    "TELEGRAM_TOKEN": "1:very-secret",
    "MAX_CREDENTIALS": '{"token": "very-secret"}',
}
REASON = json.dumps({"reason": "a test"})


@pytest.fixture
def world(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    """Everything beyond the database in one server; all connectors are on, and their secrets are telling."""
    with scripted_server() as script:
        for name, value in SECRETS.items():
            monkeypatch.setenv(name, value if "URL" not in name else script.url + value)
        monkeypatch.setenv("CONNECTORS", "webhooks,bitrix24,amocrm,telegram,max")
        monkeypatch.setenv("WEBHOOKS_PRIVATE_ADDRESSES", "true")
        monkeypatch.setenv("AMOCRM_BASE_URL", script.url)
        monkeypatch.setenv("TELEGRAM_BASE_URL", script.url)
        monkeypatch.setenv("TELEGRAM_CHATS", "-100")
        monkeypatch.setenv("MAX_BASE_URL", script.url)
        monkeypatch.setenv("MAX_CHATS", "100")
        with deployed(composition.app, engine, script.url, monkeypatch):
            yield script


def ask(route: str, body: str | None = None, identity: Identity | None = MANAGER, **path: str) -> Answer:
    return call(api, rest_event(route, path=path, body=body, identity=identity))


def subscribed(url: str, *types: str) -> dict[str, Any]:
    body = json.dumps({"url": url, "event_types": list(types) or ["*"], "description": "a test"})
    made = ask("POST /v1/webhook-subscriptions", body)
    assert made.status == 201, made.body
    return dict(made.body)


def test_an_event_of_the_queue_is_called_out(world: Script, caplog: pytest.LogCaptureFixture) -> None:
    made = subscribed(f"{world.url}/hook?token=very-secret", "booking.confirmed")
    world.answers = [(200, b"")]

    assert HANDLERS["webhooks"](sample("sqs_booking_confirmed"), Context()) == {"batchItemFailures": []}

    (asked,) = [each for each in world.asked if each.path.startswith("/hook")]
    assert asked.body["id"] == str(CONFIRMED.id)
    route = "/v1/webhook-subscriptions/{subscription_id}"
    (delivery,) = ask(f"GET {route}/deliveries", subscription_id=made["id"]).body["data"]
    assert (delivery["status"], delivery["attempts"], delivery["response_code"]) == ("delivered", 1, 200)
    assert "very-secret" not in str(delivery) and "very-secret" not in caplog.text
    assert "secret" not in ask(f"GET {route}", subscription_id=made["id"]).body
    assert HANDLERS["webhooks"]({}, Context()) == {"done": 0, "forgotten": 0, "failed": 0, "more": False}


def test_a_crm_is_told_and_its_address_stays_secret(world: Script, caplog: pytest.LogCaptureFixture) -> None:
    world.answers = [(404, {"code": "account_not_found"}), (500, {})]

    HANDLERS["bitrix24"](sample("sqs_booking_confirmed"), Context())

    (delivery,) = ask("GET /v1/connectors/{name}/deliveries", name="bitrix24").body["data"]
    assert (delivery["status"], delivery["error"]) == ("waiting", "bitrix24_500")
    assert [a.path.rpartition("/")[2] for a in world.asked] == ["contact", "crm.item.add.json"]
    assert "very-secret" not in caplog.text + str(delivery)
    views = {c["name"]: c for c in ask("GET /v1/connectors").body["data"]}
    assert (views["bitrix24"]["waiting"], views["bitrix24"]["last_failure"]) == (1, "bitrix24_500")
    assert all(view["on"] for view in views.values())
    assert "very-secret" not in str(views)


@pytest.mark.usefixtures("world")
def test_a_connector_is_paused_and_goes_on() -> None:
    paused = ask("POST /v1/connectors/{name}/pause", REASON, name="telegram")
    assert (paused.status, paused.body["paused"], paused.body["pause_reason"]) == (200, True, "a test")
    assert ask("POST /v1/connectors/{name}/resume", REASON, name="telegram").body["paused"] is False
    unknown = ask("POST /v1/connectors/{name}/pause", REASON, name="fax")
    assert (unknown.status, unknown.code) == (404, "connector_not_found")
    assert ask("POST /v1/connectors/{name}/pause", "{}", name="telegram").code == "invalid_request"


@pytest.mark.usefixtures("world")
def test_without_credentials_a_connector_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, "")
    assert {c["name"] for c in ask("GET /v1/connectors").body["data"] if c["on"]} == {"webhooks"}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("url", "types", "code"),
    [
        ("ftp://shop.test/hook", ["*"], "invalid_request"),
        ("https://u:p@shop.test/hook", ["*"], "address_refused"),
        ("https://no-such-host.invalid/hook", ["*"], "address_unknown"),
        ("http://127.0.0.1:1/", ["booking.*"], "unknown_event_type"),
        ("http://127.0.0.1:1/", [], "invalid_request"),
    ],
)
def test_what_makes_no_sense_is_refused_in_both_languages(url: str, types: list[str], code: str) -> None:
    body = json.dumps({"url": url, "event_types": types, "description": "a test"})
    for language in ("en", "ru"):
        event = rest_event(
            "POST /v1/webhook-subscriptions", body=body, identity=MANAGER, headers={"Accept-Language": language}
        )
        answer = call(api, event)
        assert answer.status == 422
        problem = answer.body["errors"][0]
        assert code in (answer.code, problem["code"])
        assert problem["field"].split(".")[0] in ("url", "event_types")


@pytest.mark.usefixtures("world")
def test_staff_alone_may_look_and_act() -> None:
    client, one = Identity(str(uuid4()), Role.CLIENT), str(uuid4())
    for operation in api.operations:
        if "webhook-subscriptions" in operation.path or "connectors" in operation.path:
            names = {"subscription_id": one, "delivery_id": one, "name": "webhooks"}
            path = {name: value for name, value in names.items() if f"{{{name}}}" in operation.path}
            route = f"{operation.method} {operation.path}"
            assert ask(route, REASON, client, **path).status == 403, route
            assert ask(route, REASON, None, **path).status == 401, route
