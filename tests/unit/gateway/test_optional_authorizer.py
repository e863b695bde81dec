"""What the authoriser answers where a token is optional, and to the tokens of guests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from core.identity import Identity
from core.tokens import sign
from gateway.sessions.verdict import Authorizer
from shared_schemas.common import Role
from tests.support.gateway import KEYS
from tests.support.samples import sample

GUEST, BOOKING, SESSION = uuid4(), uuid4(), uuid4()


def token(identity: Identity | None = None, kind: str = "access") -> str:
    who = identity or Identity(str(GUEST), Role.CLIENT, booking=BOOKING)
    return sign(who, issuer="users", key=KEYS["users"], now=datetime.now(UTC), lifetime=timedelta(hours=1), kind=kind)


def judge(headers: dict[str, str] | None, guests: set[UUID] | None = None) -> dict[str, Any]:
    known = {GUEST} if guests is None else guests
    authorizer = Authorizer(KEYS, {SESSION: Role.CLIENT}.get, lambda _key: None, known.__contains__)
    return authorizer.judge(sample("apigateway_optional_authorizer") | {"headers": headers})


@pytest.mark.parametrize("headers", [None, {}, {"Accept": "*/*"}, {"Authorization": ""}])
def test_without_a_token_a_request_passes_as_nobodys(headers: dict[str, str] | None) -> None:
    answer = judge(headers)
    assert answer["policyDocument"]["Statement"][0]["Effect"] == "Allow"
    assert Identity.from_authorizer(answer["context"] | {"principalId": answer["principalId"]}) is None


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_a_token_is_found_in_any_spelling_of_the_header(name: str) -> None:
    answer = judge({name: f"Bearer {token()}"})
    assert Identity.from_authorizer(answer["context"]) == Identity(str(GUEST), Role.CLIENT, booking=BOOKING)


@pytest.mark.parametrize("value", ["Bearer x", "Basic YTpi", "Bearer ", " "])
def test_a_token_that_does_not_hold_is_no_request_without_one(value: str) -> None:
    """Whoever thinks to be signed in must not book as a stranger."""
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        judge({"Authorization": value})


def test_who_has_signed_in_is_known_there_too() -> None:
    signed_in = Identity(str(uuid4()), Role.CLIENT, SESSION)
    answer = judge({"Authorization": f"Bearer {token(signed_in)}"})
    assert Identity.from_authorizer(answer["context"]) == signed_in


def test_the_token_of_a_guest_who_was_forgotten_opens_nothing() -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        judge({"Authorization": f"Bearer {token()}"}, guests=set())


def test_a_guest_is_a_client_whatever_the_token_says() -> None:
    claimed = Identity(str(GUEST), Role.ADMIN, booking=BOOKING)
    answer = judge({"Authorization": f"Bearer {token(claimed)}"})
    assert answer["context"]["role"] == "client"


def test_the_secret_of_a_link_is_no_access_token() -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        judge({"Authorization": f"Bearer {token(kind='link')}"})


def test_where_a_token_is_needed_nobody_passes_without_one() -> None:
    event = sample("apigateway_authorizer") | {"authorizationToken": "", "headers": {}}
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        Authorizer(KEYS, lambda _session: None, lambda _key: None).judge(event)
