"""Signed tokens (JWT). Each issuer has keys of its own, so a service can only ever speak as itself.

Users' tokens are signed with EdDSA, and anybody can verify them by `/.well-known/jwks.json`; services' with HS256,
because nobody but the authoriser reads them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from core.clock import SystemClock
from core.identity import Identity
from core.keys.signing import USERS, Keys, SigningKey, signing_key, verifying_key
from shared_schemas.common import Role
from shared_schemas.errors import UnauthenticatedError

__all__ = ["USERS", "Claims", "identity_of", "read_claims", "sign", "sign_service", "verify"]

AUDIENCE = "cyclorama"
SERVICE_TOKEN_LIFETIME = timedelta(minutes=5)
Claims = Mapping[str, Any]


def sign(
    identity: Identity, *, issuer: str, key: str, now: datetime, lifetime: timedelta, kind: str, **claims: object
) -> str:
    """A token of `kind` access or refresh; `key` is the issuer's secret, whose newest key signs."""
    signer = signing_key(issuer, key, now)
    standard = {
        "sub": identity.subject,
        "role": identity.role.value,
        "kind": kind,
        "aud": AUDIENCE,
        "iss": issuer,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
    }
    if identity.session:
        standard["sid"] = str(identity.session)
    if identity.booking:
        standard["bid"] = str(identity.booking)
    return jwt.encode(standard | claims, signer.material, algorithm=signer.algorithm, headers={"kid": signer.id})


def sign_service(name: str, key: str, now: datetime) -> str:
    """A short-lived token with which one service calls another."""
    identity = Identity(subject=name, role=Role.SERVICE)
    return sign(identity, issuer=name, key=key, now=now, lifetime=SERVICE_TOKEN_LIFETIME, kind="access")


def verify(token: str, keys: Keys, kind: str = "access") -> Identity:
    """The identity in a token; `UnauthenticatedError` if it is forged, expired, or of another kind."""
    return identity_of(read_claims(token, keys, kind))


def read_claims(token: str, keys: Keys, kind: str = "access") -> Claims:
    """What a token says, once it is known to hold; `UnauthenticatedError` as `verify`."""
    try:
        now = SystemClock().now()
        issuer, key = _claimed(token, keys, now)
        claims = _decode(token, issuer, key, now)
        identity = identity_of(claims)
    except (jwt.InvalidTokenError, KeyError, ValueError):
        raise UnauthenticatedError from None
    # A service's key must only give that service's own identity.
    is_service = identity.role is Role.SERVICE
    entitled = not is_service if issuer == USERS else is_service and identity.subject == issuer
    if claims.get("kind") != kind or not entitled:
        raise UnauthenticatedError
    return claims


def identity_of(claims: Claims) -> Identity:
    """The identity that claims tell of."""
    session, booking = (UUID(str(claims[name])) if claims.get(name) else None for name in ("sid", "bid"))
    return Identity(str(claims["sub"]), Role(claims["role"]), session, int(claims["exp"]), booking=booking)


def _claimed(token: str, keys: Keys, now: datetime) -> tuple[str, SigningKey]:
    """Whose token it says it is, and which of that issuer's keys would prove it."""
    said = jwt.decode_complete(token, options={"verify_signature": False})
    issuer = str(said["payload"]["iss"])
    key = verifying_key(issuer, said["header"].get("kid"), keys, now)
    if key is None:
        raise jwt.InvalidTokenError("no key of this issuer has this id")
    return issuer, key


def _decode(token: str, issuer: str, key: SigningKey, now: datetime) -> dict[str, Any]:
    # The library would ask the machine for the time, and everything else asks our clock.
    unasked = {f"verify_{claim}": False for claim in ("exp", "iat", "nbf")}
    options: Any = {"require": ["sub", "exp", "iat", "iss", "aud"], **unasked}
    claims: dict[str, Any] = jwt.decode(
        token, key.material, algorithms=[key.algorithm], audience=AUDIENCE, issuer=issuer, options=options
    )
    if not _begun(claims) <= now.timestamp() < int(claims["exp"]):
        raise jwt.InvalidTokenError("the token is not of this time")
    return claims


def _begun(claims: Claims) -> int:
    return max(int(claims["iat"]), int(claims.get("nbf", 0)))
