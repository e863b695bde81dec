"""Calls of other systems' APIs: no secret of an address in a log or an error, no answer without bounds."""

import logging
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from integration.connectors.calls import MAX_BYTES, JsonCalls, refusal
from integration.connectors.turns import Turns
from integration.deliveries.errors import PermanentSendError, SendError, TransientSendError
from tests.support.integration.connectors import Studio
from tests.support.scripted_server import Script, scripted_server

SECRET = "s3cr3t"


@pytest.fixture
def other() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def studio(engine: Engine) -> Studio:
    return Studio(engine)


@pytest.fixture
def turns(studio: Studio, slept: list[float]) -> Callable[[float], Turns]:
    return lambda interval: Turns(studio.work, "bitrix24", interval, slept.append)


@pytest.fixture
def calls(turns: Callable[[float], Turns]) -> JsonCalls:
    return JsonCalls(turns(0.0))


def test_the_address_is_in_no_log_and_in_no_error(
    calls: JsonCalls, other: Script, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    other.answers = [(200, {"ok": True})]
    assert calls.call("POST", f"{other.url}/rest/1/{SECRET}/x.json", {}, {"a": "я"}).field("ok") is True
    assert other.asked[0].path == f"/rest/1/{SECRET}/x.json"
    with pytest.raises(TransientSendError) as failed:
        calls.call("POST", f"http://127.0.0.1:9/rest/1/{SECRET}/x.json", {})
    assert SECRET not in caplog.text
    assert SECRET not in repr(failed.value) + repr(failed.value.__cause__)
    assert failed.value.__suppress_context__


@pytest.mark.parametrize("body", [b"", b"<html>", b'"text"', b"[1]"])
def test_an_answer_that_is_no_object_has_no_fields(calls: JsonCalls, other: Script, body: bytes) -> None:
    other.answers = [(200, body)]
    assert calls.call("GET", other.url, {}).field("ok") is None


def test_an_endless_answer_is_given_up(calls: JsonCalls, other: Script) -> None:
    other.answers = [(200, b"1" * (MAX_BYTES + 1))]
    with pytest.raises(TransientSendError):
        calls.call("GET", other.url, {})


def test_processes_take_turns(turns: Callable[[float], Turns], slept: list[float]) -> None:
    """Two hands of one account, as two processes would be: the row in the database knows both."""
    one, other = turns(60.0), turns(2.0)
    other.wait()
    assert slept == [0.0]
    other.wait()
    assert slept[1] > 1
    one.wait()
    assert slept[2] > 3
    with pytest.raises(TransientSendError):
        other.wait()


def test_a_limit_holds_up_everybody(
    turns: Callable[[float], Turns], calls: JsonCalls, other: Script, slept: list[float]
) -> None:
    other.answers = [(429, {})]
    answer = calls.call("GET", other.url, {})
    assert calls.limited(answer, "too_many", 5.0).retry_after == 5.0
    turns(0.0).wait()
    assert slept[-1] > 4
    assert calls.limited(answer, "blocked", 10**9).retry_after == 3600.0


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, PermanentSendError),
        (404, PermanentSendError),
        (401, TransientSendError),
        (403, TransientSendError),
        (429, TransientSendError),
        (500, TransientSendError),
        (302, TransientSendError),
    ],
)
def test_what_is_at_fault(calls: JsonCalls, other: Script, status: int, kind: type[SendError]) -> None:
    other.answers = [(status, {})]
    assert type(refusal(calls.call("GET", other.url, {}), "x")) is kind
