"""What API Gateway's TOKEN authoriser answers, by a real event."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from core.identity import Identity
from core.observability import logger
from core.tokens import sign, sign_service
from gateway import authorizer
from shared_schemas.common import Role
from tests.support.gateway import KEYS
from tests.support.samples import sample

USER = Identity("5b6f6a0c-9d53-4a7a-8a3b-2f6f5f0f1c21", Role.MANAGER)
STAGE = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/live"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TOKEN_KEYS", json.dumps(KEYS))
    authorizer.keys.cache_clear()
    yield
    authorizer.keys.cache_clear()


def token(age: timedelta = timedelta(), **changes: Any) -> str:
    values: dict[str, Any] = {"issuer": "users", "key": KEYS["users"], "kind": "access"}
    return sign(USER, now=datetime.now(UTC) - age, lifetime=timedelta(hours=1), **(values | changes))


def ask(authorization: str, arn: str = f"{STAGE}/POST/v1/bookings") -> dict[str, Any]:
    event = sample("apigateway_authorizer")
    return authorizer.handler(event | {"authorizationToken": authorization, "methodArn": arn}, None)


def test_a_good_token_opens_the_whole_stage() -> None:
    answer = ask(f"Bearer {token()}")
    assert answer["principalId"] == USER.subject
    assert answer["context"] == {"subject": USER.subject, "role": "manager"}
    [statement] = answer["policyDocument"]["Statement"]
    assert statement == {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{STAGE}/*/*"}


@pytest.mark.parametrize("arn", [f"{STAGE}/GET/", f"{STAGE}/DELETE/v1/bookings/b1/x/y", f"{STAGE}/GET"])
def test_the_policy_is_the_same_on_every_route(arn: str) -> None:
    """It is cached by token, so that another route gets the policy made for this one."""
    answer = ask(f"Bearer {token()}", arn)
    assert answer["policyDocument"]["Statement"][0]["Resource"] == f"{STAGE}/*/*"


def test_the_context_holds_only_what_api_gateway_passes_on() -> None:
    assert all(isinstance(value, str | int | bool) for value in ask(f"Bearer {token()}")["context"].values())


def test_a_service_is_known_by_its_name() -> None:
    answer = ask(f"Bearer {sign_service('payment', KEYS['payment'], datetime.now(UTC))}")
    assert answer["context"] == {"subject": "payment", "role": "service"}


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_known_in_any_case(scheme: str) -> None:
    assert ask(f"{scheme} {token()}")


REFUSED = {
    "nothing": lambda: "",
    "another scheme": lambda: "Basic YW5uYTpzZWNyZXQ=",
    "no scheme": token,
    "an empty token": lambda: "Bearer ",
    "garbage": lambda: "Bearer garbage",
    "the sample": lambda: sample("apigateway_authorizer")["authorizationToken"],
    "a forged one": lambda: f"Bearer {token(key='x' * 40)}",
    "an expired one": lambda: f"Bearer {token(timedelta(minutes=61))}",
    "a refresh token": lambda: f"Bearer {token(kind='refresh')}",
    "an unknown issuer's": lambda: f"Bearer {token(issuer='stranger')}",
    "a user's by a service's key": lambda: f"Bearer {token(issuer='payment', key=KEYS['payment'])}",
}


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
def test_anything_else_is_unauthorized(make: Any) -> None:
    """API Gateway answers 401 to exactly this message, and 500 to any other."""
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        ask(make())


def test_an_event_without_a_token_is_unauthorized() -> None:
    event = sample("apigateway_authorizer")
    del event["authorizationToken"]
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorizer.handler(event, None)


def test_a_refusal_is_logged_without_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    log = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    forged = token(key="x" * 40)
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        ask(f"Bearer {forged}")
    line = json.loads(log.getvalue())
    assert (line["level"], line["reason"]) == ("WARNING", "the token does not hold")
    assert not [part for part in forged.split(".") if part in log.getvalue()]


def test_a_fault_of_ours_is_not_the_callers() -> None:
    """Without its keys the authoriser must fail (500), not tell everybody to sign in again."""
    authorizer.keys.cache_clear()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(RuntimeError, match="TOKEN_KEYS"):
        patch.delenv("TOKEN_KEYS")
        ask(f"Bearer {token()}")
