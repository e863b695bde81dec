"""Secrets are stored encrypted: whoever reads the database, or a copy of it, can make no code."""

import hmac
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING
from uuid import UUID

from core.secrets import resolve

if TYPE_CHECKING:
    from nacl.secret import Aead

PURPOSE = b"cyclorama: secrets of second factors"


class Sealing:
    """XChaCha20-Poly1305. A secret can be opened only as that of the same user, so rows cannot be exchanged."""

    def __init__(self, data_key: str) -> None:
        """`data_key` may be a reference."""
        self._data_key = data_key

    def seal(self, secret: bytes, user_id: UUID) -> str:
        return b64encode(self._box().encrypt(secret, aad=_bound_to(user_id))).decode()

    def open(self, sealed: str, user_id: UUID) -> bytes:
        """`nacl.exceptions.CryptoError` where it was sealed with another key, or for somebody else."""
        return bytes(self._box().decrypt(b64decode(sealed), aad=_bound_to(user_id)))

    def digest(self, recovery_code: str, user_id: UUID) -> str:
        """How a recovery code is stored; it is long enough not to be guessed from that."""
        return hmac.digest(self._key(), user_id.bytes + recovery_code.encode(), "sha256").hex()

    def _key(self) -> bytes:
        return hmac.digest(resolve(self._data_key).encode(), PURPOSE, "sha256")

    def _box(self) -> "Aead":
        # The authoriser imports this module and needs no encryption.
        from nacl.secret import Aead

        return Aead(self._key())


def _bound_to(user_id: UUID) -> bytes:
    """What must be the same when it is opened."""
    return user_id.bytes
