"""Secrets are stored encrypted: whoever reads the database, or a copy of it, can make no code."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from gateway.keys.data_keys import DataKeys, data_key_id

if TYPE_CHECKING:
    from nacl.secret import Aead

PURPOSE = b"cyclorama: secrets of second factors"
SEPARATOR = "."
"""Between the id of the key and what it sealed; texts of before have neither."""


class Sealing:
    """XChaCha20-Poly1305. A secret can be opened only as that of the same user, so rows cannot be exchanged."""

    def __init__(self, keys: DataKeys) -> None:
        self._keys = keys

    def seal(self, secret: bytes, user_id: UUID) -> str:
        """By the newest key: what is sealed need not wait until every process has read it, as it names the key."""
        newest = self._keys.every()[0]
        sealed = b64encode(_box(newest).encrypt(secret, aad=_bound_to(user_id))).decode()
        return f"{data_key_id(newest)}{SEPARATOR}{sealed}"

    def open(self, sealed: str, user_id: UUID) -> bytes:
        """`CryptoError` of `nacl.exceptions` where it was sealed with a key that there is not, or for somebody else."""
        from nacl.exceptions import CryptoError

        key_id, _, text = sealed.rpartition(SEPARATOR)
        for key in self._candidates(key_id):
            try:
                return bytes(_box(key).decrypt(b64decode(text), aad=_bound_to(user_id)))
            except CryptoError:
                continue
        raise CryptoError("No data key opens this")

    def newest(self) -> str:
        """What texts begin with that the newest key sealed."""
        return data_key_id(self._keys.every()[0])

    def reread(self) -> "Sealing":
        """With the keys as they are in the secret now."""
        return Sealing(self._keys.reread())

    def digests(self, recovery_code: str, user_id: UUID) -> list[str]:
        """How a recovery code may be stored, the first being how it is stored now; it is long enough not to be guessed
        from that. Nobody knows the code any more, so those of an older key stay as they are."""
        said = user_id.bytes + recovery_code.encode()
        return [hmac.digest(_derived(key), said, "sha256").hex() for key in self._keys.every()]

    def _candidates(self, key_id: str) -> Sequence[str]:
        if not key_id:
            return self._keys.every()
        known = [key for key in self._keys.every() if data_key_id(key) == key_id]
        return known or [key for key in self._keys.every_again() if data_key_id(key) == key_id]


def _derived(key: str) -> bytes:
    return hmac.digest(key.encode(), PURPOSE, "sha256")


def _box(key: str) -> "Aead":
    # The authoriser imports this module and needs no encryption.
    from nacl.secret import Aead

    return Aead(_derived(key))


def _bound_to(user_id: UUID) -> bytes:
    """What must be the same when it is opened."""
    return user_id.bytes
