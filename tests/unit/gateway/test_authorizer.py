"""What API Gateway's TOKEN authoriser answers, by a real event."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest

from core.identity import Identity
from core.observability import logger
from core.tokens import sign, sign_service
from gateway.api_keys.secret import new_key
from gateway.composition_authorizer import authorizer
from gateway.sessions.verdict import Authorizer
from shared_schemas.common import Role
from shared_schemas.errors import UnauthenticatedError
from tests.support.gateway import KEYS
from tests.support.samples import sample

SESSION = UUID("0e8f6a0c-9d53-4a7a-8a3b-2f6f5f0f1c21")
USER = Identity("5b6f6a0c-9d53-4a7a-8a3b-2f6f5f0f1c21", Role.MANAGER, SESSION)
KEY = new_key()
PROGRAM = Identity(
    "9c6b2f5e-4f0c-4d6a-9a53-0c6f2ec9c1a1", Role.MANAGER, scopes=frozenset({"halls:write", "prices:read"})
)
HOLDERS = {KEY: PROGRAM}
STAGE = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/live"


def token(age: timedelta = timedelta(), session: UUID | None = SESSION, **changes: Any) -> str:
    values: dict[str, Any] = {"issuer": "users", "key": KEYS["users"], "kind": "access"}
    user = Identity(USER.subject, USER.role, session)
    return sign(user, now=datetime.now(UTC) - age, lifetime=timedelta(hours=1), **(values | changes))


def ask(authorization: str, arn: str = f"{STAGE}/POST/v1/bookings", role: Role | None = Role.MANAGER) -> dict[str, Any]:
    event = sample("apigateway_authorizer") | {"authorizationToken": authorization, "methodArn": arn}
    return Authorizer(KEYS, {SESSION: role}.get, HOLDERS.get).judge(event)


def test_a_good_token_opens_the_whole_stage() -> None:
    answer = ask(f"Bearer {token()}")
    assert answer["principalId"] == USER.subject
    expires = answer["context"].pop("expires")
    assert answer["context"] == {"subject": USER.subject, "role": "manager", "session": str(SESSION)}
    assert 0 < expires - datetime.now(UTC).timestamp() <= 3600
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
    assert answer["context"].pop("expires")
    assert answer["context"] == {"subject": "payment", "role": "service"}


@pytest.mark.parametrize("role", [Role.CLIENT, Role.ADMIN])
def test_a_user_has_the_role_of_now_and_not_that_of_the_token(role: Role) -> None:
    assert ask(f"Bearer {token()}", role=role)["context"]["role"] == role


def test_a_key_is_who_it_is_and_hands_over_its_scopes() -> None:
    answer = ask(f"Bearer {KEY}")
    assert answer["principalId"] == PROGRAM.subject
    assert answer["context"] == {"subject": PROGRAM.subject, "role": "manager", "scopes": "halls:write prices:read"}
    assert Identity.from_authorizer(answer["context"]) == PROGRAM


def test_a_session_that_is_over_opens_nothing() -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        ask(f"Bearer {token()}", role=None)


def test_the_context_tells_who_calls() -> None:
    identity = Identity.from_authorizer(ask(f"Bearer {token()}")["context"])
    assert identity == USER


def test_a_remembered_verdict_does_not_outlive_the_token() -> None:
    context = ask(f"Bearer {token(timedelta(minutes=59, seconds=59))}")["context"]
    with pytest.raises(UnauthenticatedError):
        Identity.from_authorizer(context | {"expires": str(int(datetime.now(UTC).timestamp()))})


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_known_in_any_case(scheme: str) -> None:
    assert ask(f"{scheme} {token()}")


REFUSED = {
    "nothing": lambda: "",
    "another scheme": lambda: "Basic YW5uYTpzZWNyZXQ=",
    "another scheme before a good token": lambda: f"Tokens {token()}",
    "no scheme": token,
    "an empty token": lambda: "Bearer ",
    "garbage": lambda: "Bearer garbage",
    "the sample": lambda: sample("apigateway_authorizer")["authorizationToken"],
    "a forged one": lambda: f"Bearer {token(key='x' * 40)}",
    "an expired one": lambda: f"Bearer {token(timedelta(minutes=61))}",
    "a refresh token": lambda: f"Bearer {token(kind='refresh')}",
    "an unknown issuer's": lambda: f"Bearer {token(issuer='stranger')}",
    "one of no session": lambda: f"Bearer {token(session=None)}",
    "one of another session": lambda: f"Bearer {token(session=uuid4())}",
    "a key that nobody has": lambda: f"Bearer {new_key()}",
    "a key with one letter changed": lambda: f"Bearer {KEY[:9]}{'b' if KEY[9] == 'a' else 'a'}{KEY[10:]}",
    "half a key": lambda: f"Bearer {KEY[:20]}",
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
        Authorizer(KEYS, lambda _session: None, HOLDERS.get).judge(event)


def test_a_refusal_is_logged_without_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    log = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    forged = token(key="x" * 40)
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        ask(f"Bearer {forged}")
    line = json.loads(log.getvalue())
    assert (line["level"], line["reason"]) == ("WARNING", "the token is not valid")
    assert not [part for part in forged.split(".") if part in log.getvalue()]


def test_a_fault_of_ours_is_not_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its keys the authoriser must fail (500), not tell everybody to sign in again."""
    monkeypatch.delenv("TOKEN_KEYS", raising=False)
    with pytest.raises(RuntimeError, match="TOKEN_KEYS"):
        authorizer.__wrapped__()
