"""EdDSA (RFC 8037) for PyJWT, by libsodium: `cryptography` would double what PyJWT costs a cold start (0051)."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any

import jwt

ALGORITHM = "EdDSA"
PURPOSE = b"cyclorama: Ed25519 key of tokens"


class Ed25519Key:
    """The key pair that follows from a secret, so that a secret may be any text that is hard to guess."""

    def __init__(self, secret: str) -> None:
        # Functions that sign and verify nothing do not load the library.
        from nacl.signing import SigningKey

        self._key = SigningKey(hmac.digest(secret.encode(), PURPOSE, "sha256"))

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message).signature

    def verifies(self, message: bytes, signature: bytes) -> bool:
        from nacl.exceptions import BadSignatureError

        try:
            self._key.verify_key.verify(message, signature)
        except (BadSignatureError, ValueError):
            # A signature of another length is a ValueError.
            return False
        return True

    @cached_property
    def public(self) -> dict[str, str]:
        """The public key as a JWK, without its id."""
        return {"crv": "Ed25519", "kty": "OKP", "x": _base64(bytes(self._key.verify_key))}

    @cached_property
    def id(self) -> str:
        return thumbprint(self.public)


class Ed25519(jwt.algorithms.Algorithm):
    """Lets PyJWT sign with an `Ed25519Key`."""

    def prepare_key(self, key: Any) -> Ed25519Key:
        if not isinstance(key, Ed25519Key):
            raise jwt.InvalidKeyError("an Ed25519Key is needed")
        return key

    def sign(self, msg: bytes, key: Ed25519Key) -> bytes:
        return key.sign(msg)

    def verify(self, msg: bytes, key: Ed25519Key, sig: bytes) -> bool:
        return key.verifies(msg, sig)

    @staticmethod
    def to_jwk(key_obj: Ed25519Key, as_dict: bool = False) -> Any:
        return key_obj.public if as_dict else json.dumps(key_obj.public)

    @staticmethod
    def from_jwk(jwk: Any) -> Any:
        raise NotImplementedError


@lru_cache(maxsize=64)
def ed25519_key(secret: str) -> Ed25519Key:
    """The key pair of a secret, made once."""
    return Ed25519Key(secret)


def thumbprint(public: Mapping[str, str]) -> str:
    """The id of a public key by RFC 7638, which anybody can tell from it."""
    canonical = json.dumps(public, separators=(",", ":"), sort_keys=True)
    return _base64(sha256(canonical.encode()).digest())


def _base64(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


# Where `cryptography` is installed, PyJWT has one of its own.
with suppress(KeyError):
    jwt.unregister_algorithm(ALGORITHM)
jwt.register_algorithm(ALGORITHM, Ed25519())
