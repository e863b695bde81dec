"""API keys on real PostgreSQL, through the routes and the authoriser as they are deployed."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, insert, text

from core.identity import Identity
from gateway import composition
from gateway.api_keys.secret import new_key
from gateway.app import api
from gateway.sessions.verdict import Authorizer
from gateway.tables import users
from infra.local.postgres import PostgresServer
from shared_schemas.common import Role
from tests.support.authorizing import judged
from tests.support.clock import NOW
from tests.support.gateway import KEYS
from tests.support.rest import Answer, call, rest_event
from tests.support.system.environment import NOBODY, deployed

MAKER = {"email": "maker@example.com", "full_name": "Olga Maker"}
ADMIN = Identity("7d5bb1f3-4f0c-4d6a-9a53-0c6f2ec9c1a1", Role.ADMIN)


@pytest.fixture
def service(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[composition.App]:
    monkeypatch.setenv("TOKEN_KEYS", json.dumps(KEYS))
    with engine.begin() as connection:
        row = {"id": ADMIN.user_id, "phone": "+79161234567", "locale": "ru", "role": "admin", "password_hash": ""}
        connection.execute(insert(users).values(**row, **MAKER, consented_at=NOW, created_at=NOW))
    with deployed(composition.app, engine, NOBODY, monkeypatch) as app:
        yield app


def ask(route: str, body: Any = None, **path: str) -> Answer:
    sent = json.dumps(body) if body is not None else None
    return call(api, rest_event(route, body=sent, identity=ADMIN, path=path))


def make(**changes: Any) -> dict[str, Any]:
    answer = ask("POST /v1/api-keys", {"name": "Our site", "scopes": ["halls:write", "bookings:read"]} | changes)
    assert answer.status == 201, answer.body
    return dict(answer.body)


def listed() -> dict[str, Any]:
    [shown] = ask("GET /v1/api-keys").body["data"]
    return dict(shown)


def set_in_table(engine: Engine, change: str, table: str = "api_keys") -> None:
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE gateway.{table} SET {change}"))  # noqa: S608 - a test's own words


def test_a_key_from_its_making_to_its_end(authorizer: Authorizer) -> None:
    made = make()
    holder = judged(authorizer, made["key"])
    assert holder == Identity(made["id"], Role.MANAGER, scopes=frozenset({"bookings:read", "halls:write"}))

    shown = listed()
    assert shown["created_by"] == {"id": ADMIN.subject, "full_name": MAKER["full_name"], "active": True}
    assert "key" not in shown
    assert made["key"].startswith(shown["prefix"])

    assert ask("DELETE /v1/api-keys/{api_key_id}", api_key_id=made["id"]).status == 204
    assert judged(authorizer, made["key"]) is None
    assert listed()["revoked_at"]


def test_a_key_ends_when_its_time_is_up(authorizer: Authorizer, engine: Engine) -> None:
    key = make()["key"]
    set_in_table(engine, "expires_at = now() + interval '1 hour'")
    assert judged(authorizer, key)
    set_in_table(engine, "expires_at = now()")
    assert judged(authorizer, key) is None


def test_a_key_that_was_never_made_opens_nothing(authorizer: Authorizer) -> None:
    make()
    assert judged(authorizer, new_key()) is None


def test_its_last_use_is_written_down_at_most_once_a_minute(authorizer: Authorizer, engine: Engine) -> None:
    key = make()["key"]
    assert "used_at" not in listed()
    versions, now_and_then = [], ["NULL", "now() - interval '50 seconds'", "now() - interval '61 seconds'"]
    for used_at in now_and_then:
        set_in_table(engine, f"used_at = {used_at}")
        before = listed().get("used_at")
        assert judged(authorizer, key)
        versions.append(listed().get("used_at") != before)
    assert versions == [True, False, True]


def test_nobody_waits_for_another_who_writes_the_same_row(authorizer: Authorizer, engine: Engine) -> None:
    key = make()["key"]
    with engine.begin() as busy:
        busy.execute(text("SELECT 1 FROM gateway.api_keys FOR UPDATE"))
        assert judged(authorizer, key)
    assert "used_at" not in listed()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("disabled_at = now()", {"full_name": MAKER["full_name"], "active": False}),
        ("erased_at = now(), full_name = ''", {"active": False}),
    ],
)
def test_a_key_outlives_who_made_it_and_shows_it(
    authorizer: Authorizer, engine: Engine, change: str, expected: dict[str, Any]
) -> None:
    key = make()["key"]
    set_in_table(engine, change, "users")
    assert judged(authorizer, key)
    assert listed()["created_by"] == {"id": ADMIN.subject, **expected}


def test_what_nobody_can_have_is_refused_with_what_there_is(service: composition.App) -> None:
    answer = ask("POST /v1/api-keys", {"name": "Our site", "scopes": ["everything"]})
    [problem] = answer.body["errors"]
    assert (answer.status, problem["code"], problem["field"]) == (422, "unknown_scope", "scopes.0")
    assert "bookings:read" in problem["message"]


def test_events_tell_who_and_what_and_no_secret(service: composition.App, engine: Engine) -> None:
    made = make()
    ask("DELETE /v1/api-keys/{api_key_id}", api_key_id=made["id"])
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT envelope FROM gateway.outbox ORDER BY position")).scalars().all()
    told = [event for event in stored if event["type"] != "staff.acted"]
    assert [event["type"] for event in told] == ["api_key.created", "api_key.revoked"]
    assert {(event["data"]["by"], event["data"]["api_key_id"]) for event in told} == {(ADMIN.subject, made["id"])}
    assert made["key"][10:] not in json.dumps(stored)


def test_no_log_and_no_table_has_the_key(
    authorizer: Authorizer, engine: Engine, own_server: PostgresServer | None, caplog: pytest.LogCaptureFixture
) -> None:
    key, unknown = make()["key"], new_key()
    assert judged(authorizer, key)
    assert judged(authorizer, unknown) is None
    assert judged(authorizer, key[:-1]) is None
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT CAST(k AS text) FROM gateway.api_keys k")).scalars().all()
    logs = caplog.text + (own_server.log.read_text(encoding="utf-8") if own_server else "")
    for secret in (key[12:-6], unknown[12:-6]):
        assert secret not in logs + repr(rows)


def test_a_key_has_an_id_of_its_own(service: composition.App) -> None:
    assert UUID(make()["id"]) != ADMIN.user_id
