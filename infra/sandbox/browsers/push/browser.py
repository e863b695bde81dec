"""A browser that subscribed: its keys, with which it reads what was encrypted for it (RFC 8291)."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import BaseModel

CURVE = ec.SECP256R1()
POINT = 65
HEADER = 16 + 4 + 1 + POINT
LAST = 2


class UnreadableError(ValueError):
    """Why a browser would drop it without a word."""


class Browser(BaseModel):
    """In the state file. `key` is the server's, which it subscribed to; all of them in base64url."""

    key: str
    private: str
    auth: str
    gone: bool = False

    @classmethod
    def subscribed(cls, key: str) -> Self:
        """`ValueError` for what is no point of P-256: a browser refuses such a key, too."""
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(key))
        scalar = ec.generate_private_key(CURVE).private_numbers().private_value
        return cls(key=key, private=encoded(scalar.to_bytes(32, "big")), auth=encoded(secrets.token_bytes(16)))

    @property
    def p256dh(self) -> str:
        return encoded(self._point)

    @property
    def _own(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(int.from_bytes(decoded(self.private), "big"), CURVE)

    @property
    def _point(self) -> bytes:
        return self._own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def read(self, body: bytes) -> bytes:
        """The message of one record; `UnreadableError`."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20] if len(body) > HEADER else 0
        if length != POINT or size < len(body) - HEADER:
            raise UnreadableError("it has no header of aes128gcm")
        sender, text = body[21:HEADER], body[HEADER:]
        try:
            theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)
        except ValueError:
            raise UnreadableError("its key is no point of P-256") from None
        shared = self._own.exchange(ec.ECDH(), theirs)
        secret = _derived(decoded(self.auth), shared, b"WebPush: info\0" + self._point + sender, 32)
        key = _derived(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        try:
            padded = AESGCM(key).decrypt(_derived(salt, secret, b"Content-Encoding: nonce\0", 12), text, None)
        except InvalidTag:
            raise UnreadableError("it was encrypted for another browser") from None
        message = padded.rstrip(b"\0")
        if not message or message[-1] != LAST:
            raise UnreadableError("its record is not the last one")
        return message[:-1]


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
