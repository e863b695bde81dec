"""Who can make a token that holds, and who cannot."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from core.identity import Identity
from core.keys.signing import signing_key
from core.tokens import sign, sign_service, verify
from shared_schemas.common import Role
from shared_schemas.errors import UnauthenticatedError
from tests.support.keys import FixedKeys

NOW = datetime.now(UTC)
KEYS = FixedKeys({name: f"{name}-key-of-at-least-32-bytes-length" for name in ("users", "payment", "integration")})
CLIENT = Identity("5b6f6a0c-9d53-4a7a-8a3b-2f6f5f0f1c21", Role.CLIENT)


def token(identity: Identity = CLIENT, **changes: Any) -> str:
    values: dict[str, Any] = {
        "issuer": "users",
        "key": KEYS["users"],
        "now": NOW,
        "lifetime": timedelta(hours=1),
        "kind": "access",
    }
    return sign(identity, **(values | changes))


def forged(claims: dict[str, Any], issuer: str = "users") -> str:
    """Anything, signed with an issuer's own key."""
    key = signing_key(issuer, KEYS[issuer], NOW)
    return jwt.encode(claims, key.material, algorithm=key.algorithm, headers={"kid": key.id})


def refused(value: str, kind: str = "access") -> bool:
    with pytest.raises(UnauthenticatedError):
        verify(value, KEYS, kind)
    return True


@pytest.mark.parametrize("role", [Role.CLIENT, Role.MANAGER, Role.ADMIN])
def test_a_users_token_speaks_for_the_user(role: Role) -> None:
    identity = Identity(CLIENT.subject, role)
    assert verify(token(identity), KEYS) == identity


def test_a_services_token_speaks_for_the_service() -> None:
    own = sign_service("payment", KEYS["payment"], datetime.now(UTC))

    assert verify(own, KEYS) == Identity("payment", Role.SERVICE)


@pytest.mark.parametrize("value", ["", "garbage", "a.b.c", "..", "é.é.é", "null"])
def test_what_is_no_token_is_refused(value: str) -> None:
    assert refused(value)


def test_a_token_signed_with_another_key_is_refused() -> None:
    assert refused(token(key="a-key-that-somebody-else-made-up-32-bytes"))


def test_changing_a_claim_breaks_the_signature() -> None:
    header, payload, signature = token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    forged = base64.urlsafe_b64encode(json.dumps(claims | {"role": "admin"}).encode()).decode().rstrip("=")
    assert refused(f"{header}.{forged}.{signature}")


def test_an_unsigned_token_is_refused() -> None:
    claims = jwt.decode(token(), options={"verify_signature": False})
    assert refused(jwt.encode(claims, "", algorithm="none", headers={"kid": "users"}))


def test_a_token_lasts_its_lifetime() -> None:
    assert verify(token(now=datetime.now(UTC) - timedelta(minutes=59)), KEYS)
    assert refused(token(now=datetime.now(UTC) - timedelta(minutes=61)))


def test_a_services_token_lasts_five_minutes() -> None:
    assert verify(sign_service("payment", KEYS["payment"], datetime.now(UTC) - timedelta(minutes=4)), KEYS)
    assert refused(sign_service("payment", KEYS["payment"], datetime.now(UTC) - timedelta(minutes=6)))


def test_an_unknown_issuer_is_refused() -> None:
    assert refused(token(issuer="stranger"))
    assert refused(forged({"sub": "x"}))


@pytest.mark.parametrize("role", [Role.CLIENT, Role.ADMIN])
def test_a_services_key_cannot_make_a_users_token(role: Role) -> None:
    assert refused(token(Identity(CLIENT.subject, role), issuer="payment", key=KEYS["payment"]))
    assert refused(token(Identity("payment", role), issuer="payment", key=KEYS["payment"]))


def test_a_services_key_cannot_speak_for_another_service() -> None:
    assert refused(token(Identity("integration", Role.SERVICE), issuer="payment", key=KEYS["payment"]))
    assert refused(token(Identity("integration", Role.SERVICE), issuer="integration", key=KEYS["payment"]))


def test_the_users_key_cannot_speak_for_a_service() -> None:
    assert refused(token(Identity("payment", Role.SERVICE)))
    assert refused(token(Identity("users", Role.SERVICE)))


def test_each_kind_of_token_serves_its_own_purpose() -> None:
    refresh = token(kind="refresh")
    assert verify(refresh, KEYS, kind="refresh") == CLIENT
    assert refused(refresh)
    assert refused(token(), kind="refresh")


@pytest.mark.parametrize("missing", ["sub", "exp", "iat", "iss", "aud", "role", "kind"])
def test_every_claim_must_be_there(missing: str) -> None:
    claims = jwt.decode(token(), options={"verify_signature": False})
    del claims[missing]
    assert refused(forged(claims))


@pytest.mark.parametrize("change", [{"aud": "elsewhere"}, {"role": "owner"}, {"iss": "payment"}])
def test_every_claim_must_be_ours(change: dict[str, str]) -> None:
    claims = jwt.decode(token(), options={"verify_signature": False}) | change
    assert refused(forged(claims))
