"""Receivers of webhooks: what they note, and how they behave."""

import hashlib
import hmac
import time
from uuid import uuid4

import pytest

from tests.integration.sandbox.harness import Answer, Sandbox

BODY = b'{"type": "booking.created"}'


@pytest.fixture
def name() -> str:
    return uuid4().hex


def behave(sandbox: Sandbox, name: str, **behaviour: object) -> Answer:
    return sandbox.request("PUT", f"/_sandbox/hooks/{name}", json=behaviour)


def deliver(sandbox: Sandbox, name: str, key: str = "s") -> Answer:
    now = str(int(time.time()))
    digest = hmac.new(key.encode(), now.encode() + b"." + BODY, hashlib.sha256).hexdigest()
    headers = {"Cyclorama-Signature": f"t={now},v1={digest}", "Cyclorama-Delivery": "d-1"}
    return sandbox.request("POST", f"/hooks/{name}", body=BODY, headers=headers)


def test_calls_are_noted_with_what_their_signature_is_worth(sandbox: Sandbox, name: str) -> None:
    assert behave(sandbox, name, secrets=["s"]).status == 200
    assert [deliver(sandbox, name).status, deliver(sandbox, name, "wrong").status] == [200, 200]
    answer = sandbox.request("GET", f"/_sandbox/hooks/{name}").body
    assert [call["signature"] for call in answer["calls"]] == ["invalid", "valid"]
    assert answer["calls"][0]["body"] == BODY.decode()
    assert answer["calls"][0]["headers"]["Cyclorama-Delivery"] == "d-1"
    assert "secrets" not in answer["behaviour"]
    assert answer["next_before"] is None
    assert sandbox.request("GET", f"/_sandbox/hooks/{uuid4().hex}").body["calls"] == []


def test_it_fails_as_often_as_it_was_told(sandbox: Sandbox, name: str) -> None:
    behave(sandbox, name, status=503, times=2)
    assert [deliver(sandbox, name).status for _ in range(3)] == [503, 503, 200]
    behave(sandbox, name, status=302, location="http://127.0.0.1:1/")
    moved = deliver(sandbox, name)
    assert (moved.status, moved.headers["Location"]) == (302, "http://127.0.0.1:1/")
    behave(sandbox, name)
    assert deliver(sandbox, name).status == 200


def test_behaviour_that_makes_no_sense_is_refused(sandbox: Sandbox, name: str) -> None:
    for wrong in ({"status": 99}, {"delay_ms": -1}, {"statuses": 1}, {"secrets": "s"}):
        assert behave(sandbox, name, **wrong).status == 400
    assert sandbox.request("GET", f"/_sandbox/hooks/{name}?before=x").status == 400
