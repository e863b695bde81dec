"""Calls between services, over a real socket."""

from typing import Any

import pytest

from core.clock import SystemClock
from core.context import flow
from core.identity import Identity
from core.service_client import ServiceCallError, ServiceClient, ServiceUnreachableError
from core.tokens import verify
from shared_schemas.common import Role
from tests.support.database import free_port
from tests.support.keys import FixedKeys
from tests.support.scripted_server import Script, scripted_server

KEY = "payment-" + "k" * 40


def client(url: str) -> ServiceClient:
    return ServiceClient("payment", url, KEY, SystemClock())


def answered(*answers: tuple[int, Any] | None) -> tuple[Any, Script]:
    with scripted_server() as script:
        script.answers = list(answers)
        return client(script.url + "/").post("/v1/things", {"n": 1}), script


def test_a_call_carries_the_callers_own_identity_and_the_flow() -> None:
    with flow("flow-1"):
        answer, script = answered((200, {"id": "x"}))

    asked = script.asked[0]
    assert answer == {"id": "x"}
    assert (asked.method, asked.path, asked.body) == ("POST", "/v1/things", {"n": 1})
    assert asked.headers["x-correlation-id"] == "flow-1"
    token = asked.headers["authorization"].removeprefix("Bearer ")
    assert verify(token, FixedKeys({"payment": KEY})) == Identity("payment", Role.SERVICE)


def test_a_refusal_is_told_with_its_code() -> None:
    with pytest.raises(ServiceCallError) as caught:
        answered((409, {"code": "slot_taken", "detail": "too late"}))

    assert (caught.value.status, caught.value.code) == (409, "slot_taken")


@pytest.mark.parametrize("answer", [(500, {}), (503, {}), (429, {}), (408, {}), (200, b"<html>"), (404, b"gone"), None])
def test_what_is_no_answer_may_be_asked_again(answer: tuple[int, Any] | None) -> None:
    with pytest.raises(ServiceUnreachableError):
        answered(answer)


def test_nobody_there_may_be_asked_again() -> None:
    with pytest.raises(ServiceUnreachableError):
        client(f"http://127.0.0.1:{free_port()}").get("/v1/things")


def test_a_call_that_a_new_key_overtook_is_made_again() -> None:
    answer, script = answered((401, {}), (200, {"id": "x"}))

    assert answer == {"id": "x"}
    assert [asked.path for asked in script.asked] == ["/v1/things", "/v1/things"]


def test_a_key_that_is_not_accepted_yet_may_be_tried_later() -> None:
    with pytest.raises(ServiceUnreachableError):
        answered((401, {}), (401, {}))
