"""The public keys, as somebody uses them who has nothing else of ours."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from sqlalchemy import Engine

from core.keys.ring import ring_of
from gateway import composition
from gateway.app import api
from tests.support.gateway import KEYS, PASSWORD, registration
from tests.support.rest import Answer, call, rest_event
from tests.support.system.environment import NOBODY, deployed

ROUTE = "GET /.well-known/jwks.json"
NEW = "new-" + "k" * 40


@pytest.fixture
def rings(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A gateway amid a rotation: the new key does not sign yet."""
    rotated = ring_of(KEYS["users"]).rotated(NEW, datetime.now(UTC), timedelta(days=30))
    rings = {**KEYS, "users": rotated.text()}
    monkeypatch.setenv("TOKEN_KEYS", json.dumps(rings))
    with deployed(composition.app, engine, NOBODY, monkeypatch):
        yield rings


def ask(**headers: str) -> Answer:
    return call(api, rest_event(ROUTE, headers=headers))


def access_token() -> str:
    for route, body in (
        ("POST /v1/accounts", registration().model_dump()),
        ("POST /v1/tokens", {"email": "anna@example.com", "password": PASSWORD}),
    ):
        answer = call(api, rest_event(route, body=json.dumps(body)))
    return str(answer.body["access_token"])


@pytest.mark.usefixtures("rings")
def test_anybody_verifies_a_users_token() -> None:
    token = access_token()
    found = jwt.PyJWKSet.from_dict(ask().body)[jwt.get_unverified_header(token)["kid"]]
    # A PyJWT of its own has the algorithms that PyJWT comes with, and none of ours.
    claims: dict[str, Any] = jwt.PyJWT().decode(
        token, found.key, algorithms=["EdDSA"], audience="cyclorama", issuer="users"
    )
    assert claims["role"] == "client"


def test_it_shows_users_public_keys_and_no_secret(rings: dict[str, str]) -> None:
    answer = ask()
    assert answer.status == 200
    assert len(answer.body["keys"]) == 2
    shown = json.dumps(answer.body)
    assert not any(secret in shown for secret in (NEW, *KEYS.values()))
    assert all(key["use"] == "sig" and "d" not in key for key in answer.body["keys"])


@pytest.mark.usefixtures("rings")
def test_it_is_asked_about_each_time_and_sent_only_if_it_changed() -> None:
    first = ask()
    assert "no-cache" in first.headers["cache-control"]
    assert ask(**{"If-None-Match": first.headers["etag"]}).status == 304
