"""Signed access tokens (JWT, HS256). Each issuer has a key of its own, so a service can only ever speak as itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt

from core.identity import Identity
from shared_schemas.common import Role
from shared_schemas.errors import UnauthenticatedError

ALGORITHM = "HS256"
AUDIENCE = "cyclorama"
USERS = "users"
SERVICE_TOKEN_LIFETIME = timedelta(minutes=5)


def sign(identity: Identity, *, issuer: str, key: str, now: datetime, lifetime: timedelta, kind: str) -> str:
    """A token of `kind` access or refresh; `issuer` names the key that verifies it."""
    claims = {
        "sub": identity.subject,
        "role": identity.role.value,
        "kind": kind,
        "aud": AUDIENCE,
        "iss": issuer,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": issuer})


def sign_service(name: str, key: str, now: datetime) -> str:
    """A short-lived token with which one service calls another."""
    identity = Identity(subject=name, role=Role.SERVICE)
    return sign(identity, issuer=name, key=key, now=now, lifetime=SERVICE_TOKEN_LIFETIME, kind="access")


def verify(token: str, keys: Mapping[str, str], kind: str = "access") -> Identity:
    """Whom a token speaks for; `UnauthenticatedError` if it is forged, expired, or of another kind."""
    try:
        issuer = jwt.get_unverified_header(token).get("kid", "")
        claims = _decode(token, issuer, keys[issuer])
        identity = Identity(subject=claims["sub"], role=Role(claims["role"]))
    except (jwt.InvalidTokenError, KeyError, ValueError):
        raise UnauthenticatedError from None
    # A service's key must not open anything but that service's own door.
    is_service = identity.role is Role.SERVICE
    entitled = not is_service if issuer == USERS else is_service and identity.subject == issuer
    if claims.get("kind") != kind or not entitled:
        raise UnauthenticatedError
    return identity


def _decode(token: str, issuer: str, key: str) -> dict[str, Any]:
    options: Any = {"require": ["sub", "exp", "iat", "iss", "aud"]}
    return jwt.decode(token, key, algorithms=[ALGORITHM], audience=AUDIENCE, issuer=issuer, options=options)
