"""The key that an issuer signs with, and those that its tokens may be signed with."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from core.keys.ed25519 import ALGORITHM as EDDSA
from core.keys.ed25519 import ed25519_key
from core.keys.ring import ring_of

USERS = "users"
HMAC = "HS256"
PURPOSE = b"cyclorama: id of a key"


class Keys(Protocol):
    """The secrets of issuers, each a ring."""

    def __getitem__(self, issuer: str, /) -> str:
        """`KeyError` for an unknown issuer."""

    def again(self, issuer: str) -> str:
        """The same, looked up anew, unless that has just been done: a token may name a key of a moment ago."""


@dataclass(frozen=True)
class SigningKey:
    """`material` is what PyJWT takes. The algorithm follows from the issuer, never from a token."""

    id: str
    algorithm: str
    material: Any = field(repr=False)


def signing_key(issuer: str, secret: str, now: datetime) -> SigningKey:
    """The one that signs now."""
    return _key(issuer, ring_of(secret).signing(now).secret)


def verifying_key(issuer: str, key_id: object, keys: Keys, now: datetime) -> SigningKey | None:
    """The one with this id, if its tokens still hold; `KeyError` for an unknown issuer."""
    return _find(issuer, keys[issuer], key_id, now) or _find(issuer, keys.again(issuer), key_id, now)


def public_keys(secret: str, now: datetime) -> list[dict[str, str]]:
    """Those of users, as JWKs: all that verify now, and one that will sign soon."""
    verifying = [ed25519_key(key.secret) for key in ring_of(secret).verifying(now)]
    return [{**key.public, "kid": key.id, "alg": EDDSA, "use": "sig"} for key in verifying]


def _find(issuer: str, secret: str, key_id: object, now: datetime) -> SigningKey | None:
    candidates = (_key(issuer, key.secret) for key in ring_of(secret).verifying(now))
    return next((key for key in candidates if key.id == key_id), None)


@lru_cache(maxsize=256)
def _key(issuer: str, secret: str) -> SigningKey:
    if issuer == USERS:
        pair = ed25519_key(secret)
        return SigningKey(pair.id, EDDSA, pair)
    return SigningKey(hmac.digest(secret.encode(), PURPOSE, "sha256").hex()[:32], HMAC, secret)
