"""Limits of calls through the front door: who is counted with whom, and what everybody else notices of it."""

import json
from collections.abc import Iterator
from uuid import uuid4

import pytest

from core.http.browsers import allowed_origins
from infra.local.doors.request import Request, Response
from tests.support.database import EngineFor
from tests.support.system.whole_api import WholeApi, bearer, whole_api

STUDIO = "https://studio.example"
LIMITS = "sign-in=4/3600 book=2/3600 quote=3/3600"


@pytest.fixture
def api(engine_for: EngineFor) -> Iterator[WholeApi]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALLOWED_ORIGINS", STUDIO)
        allowed_origins.cache_clear()
        with whole_api(engine_for, patch, AllowedOrigins=STUDIO, CallLimits=LIMITS, RequestsPerAddress="12") as made:
            yield made
    allowed_origins.cache_clear()


def send(api: WholeApi, path: str, address: str, caller: str = "anonymous", body: object = None) -> Response:
    sent = {"Content-Type": "application/json", "Host": "127.0.0.1:5000", "Origin": STUDIO, **bearer(caller)}
    method, raw = ("GET", b"") if body is None else ("POST", json.dumps(body).encode())
    return api.send(Request(method, path, "", tuple(sent.items()), raw, address, 5000))


def code(answer: Response) -> tuple[int, str]:
    return answer.status, json.loads(answer.body)["code"]


def test_guesses_from_one_address_end_and_others_sign_in(api: WholeApi) -> None:
    here, there = f"192.0.2.{uuid4().int % 200}", "198.51.100.7"
    guesses = [send(api, "/v1/tokens", here, body={"email": f"{n}@example.com", "password": "x"}) for n in range(5)]

    assert [code(answer) for answer in guesses] == [(401, "invalid_credentials")] * 4 + [(429, "too_many_calls")]
    headers = dict(guesses[-1].headers)
    assert int(headers["Retry-After"]) > 0
    assert headers["RateLimit-Policy"] == '"sign-in";q=4;w=3600'
    assert headers["Access-Control-Allow-Origin"] == STUDIO
    assert "RateLimit" in headers["Access-Control-Expose-Headers"]
    assert code(send(api, "/v1/tokens", there, body={"email": "a@example.com", "password": "x"}))[0] == 401


def test_an_account_is_counted_wherever_it_calls_from(api: WholeApi) -> None:
    booked = [send(api, "/v1/bookings", f"203.0.113.{n}", "client", {}) for n in range(3)]
    assert [answer.status for answer in booked] == [422, 422, 429]
    assert send(api, "/v1/bookings", "203.0.113.9", "manager", {}).status == 422
    assert send(api, "/v1/bookings", "203.0.113.9", "client").status == 200


def test_an_address_that_takes_everything_waits_at_the_door(api: WholeApi) -> None:
    answers = [send(api, "/v1/policy", "192.0.2.250") for _ in range(13)]

    assert [answer.status for answer in answers] == [200] * 12 + [429]
    assert code(answers[-1]) == (429, "throttled")
    assert dict(answers[-1].headers)["Retry-After"] == "60"
    assert dict(answers[-1].headers)["Access-Control-Allow-Origin"] == STUDIO
    assert send(api, "/v1/policy", "192.0.2.251").status == 200
