"""Tokens while keys change."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from core.identity import Identity
from core.keys.ed25519 import ed25519_key
from core.keys.ring import LEAD, ring_of
from core.keys.signing import public_keys, signing_key
from core.tokens import sign, sign_service, verify
from shared_schemas.common import Role
from shared_schemas.errors import UnauthenticatedError
from tests.support.keys import FixedKeys, ring_text

OLD, NEW, FOREIGN = ("old" * 20, "new" * 20, "foreign" * 10)
NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
ANNA = Identity("5b6f6a0c-9d53-4a7a-8a3b-2f6f5f0f1c21", Role.ADMIN)


def users_token(secret: str, issuer: str = "users") -> str:
    return sign(ANNA, issuer=issuer, key=secret, now=datetime.now(UTC), lifetime=HOUR, kind="access")


def material(secret: str) -> Any:
    return signing_key("users", secret, NOW).material


def refused(token: str, keys: FixedKeys) -> bool:
    with pytest.raises(UnauthenticatedError):
        verify(token, keys)
    return True


def test_tokens_of_both_keys_hold_while_they_overlap() -> None:
    keys = FixedKeys({"users": ring_text(NEW, OLD)})
    assert verify(users_token(OLD), keys) == verify(users_token(NEW), keys) == ANNA
    assert jwt.get_unverified_header(users_token(keys["users"]))["kid"] == ed25519_key(NEW).id
    assert keys.looked_again == 0


def test_a_key_whose_time_is_over_verifies_nothing() -> None:
    long_ago = NOW - 2 * HOUR
    keys = FixedKeys({"users": ring_of(OLD).rotated(NEW, long_ago, HOUR).text()})
    assert refused(users_token(OLD), keys)
    assert verify(users_token(NEW), keys) == ANNA


def test_a_key_that_is_not_known_yet_is_looked_for_once() -> None:
    keys = FixedKeys({"users": OLD}, later={"users": ring_text(NEW, OLD)})
    assert verify(users_token(NEW), keys) == ANNA
    assert keys.looked_again == 1
    assert refused(users_token(FOREIGN), keys)
    assert keys.looked_again == 2


def test_a_stolen_key_that_was_replaced_opens_nothing() -> None:
    assert refused(users_token(OLD), FixedKeys({"users": ring_text(NEW)}))


def test_the_name_of_the_issuer_is_no_key() -> None:
    keys = FixedKeys({"users": OLD})
    before = jwt.encode(
        jwt.decode(users_token(OLD), options={"verify_signature": False}), OLD, headers={"kid": "users"}
    )
    assert refused(before, keys)


def test_a_public_key_is_no_secret_of_hmac() -> None:
    """Whoever knows the public key must not sign with it as if it were a shared secret."""
    public = ed25519_key(OLD).public["x"]
    claims = jwt.decode(users_token(OLD), options={"verify_signature": False})
    assert refused(
        jwt.encode(claims, public, algorithm="HS256", headers={"kid": ed25519_key(OLD).id}), FixedKeys({"users": OLD})
    )


def test_a_right_id_does_not_make_up_for_a_wrong_signature() -> None:
    claims = jwt.decode(users_token(OLD), options={"verify_signature": False})
    forged = jwt.encode(claims, material(FOREIGN), algorithm="EdDSA", headers={"kid": ed25519_key(OLD).id})
    assert refused(forged, FixedKeys({"users": OLD}))


def test_a_service_speaks_only_as_itself_with_old_and_new_keys() -> None:
    keys = FixedKeys({"users": FOREIGN, "payment": ring_text(NEW, OLD), "booking": "booking" * 8})
    for secret in (OLD, NEW):
        # These live for minutes, and a run of all tests is longer.
        assert verify(sign_service("payment", secret, datetime.now(UTC)), keys) == Identity("payment", Role.SERVICE)
        assert refused(sign_service("booking", secret, datetime.now(UTC)), keys)
        assert refused(users_token(secret), keys)
        assert refused(users_token(secret, issuer="payment"), keys)


def test_the_algorithm_follows_from_the_issuer() -> None:
    assert [signing_key(issuer, OLD, NOW).algorithm for issuer in ("users", "payment")] == ["EdDSA", "HS256"]


@pytest.mark.parametrize("header", [{}, {"kid": ""}, {"kid": "users"}, {"kid": "x" * 10_000}])
def test_a_token_must_name_its_key(header: dict[str, str]) -> None:
    claims = jwt.decode(users_token(OLD), options={"verify_signature": False})
    assert refused(jwt.encode(claims, material(OLD), algorithm="EdDSA", headers=header), FixedKeys({"users": OLD}))


@pytest.mark.parametrize("issuer", [None, 1, ["users"], {"a": 1}, "stranger", ""])
def test_an_issuer_that_is_none_is_refused(issuer: object) -> None:
    claims = {**jwt.decode(users_token(OLD), options={"verify_signature": False}), "iss": issuer}
    raw = jwt.PyJWS().encode(json.dumps(claims).encode(), "k" * 40, headers={"kid": "x"})
    assert refused(raw, FixedKeys({"users": OLD}))


def test_public_keys_are_those_that_verify_and_hold_no_secret() -> None:
    rotated = ring_of(OLD).rotated(NEW, NOW, HOUR)
    shown = public_keys(rotated.text(), NOW)
    assert [key["kid"] for key in shown] == [ed25519_key(NEW).id, ed25519_key(OLD).id]
    assert all(set(key) == {"kty", "crv", "x", "kid", "alg", "use"} for key in shown)
    later = NOW + LEAD + 2 * HOUR
    assert [key["kid"] for key in public_keys(rotated.text(), later)] == [ed25519_key(NEW).id]
