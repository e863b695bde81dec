"""Checksums of the old interface's callbacks: HMAC-SHA256, or RSA with SHA-512."""

import hashlib
import hmac
from collections.abc import Mapping

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from infra.sandbox.database import Database

UNSIGNED = ("checksum", "sign_alias")
KEY_NAME = "sber_callback_key"
KEY_BITS = 2048


def signed_text(fields: Mapping[str, str]) -> str:
    """`name;value;` of every signed field, in the order of the names' bytes."""
    names = sorted((name for name in fields if name not in UNSIGNED), key=str.encode)
    return "".join(f"{name};{fields[name]};" for name in names)


def hmac_checksum(fields: Mapping[str, str], key: str) -> str:
    """In upper-case hex."""
    return hmac.new(key.encode(), signed_text(fields).encode(), hashlib.sha256).hexdigest().upper()


class CallbackKey:
    """The gateway's own RSA key; made on first use and kept in the state file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def checksum(self, fields: Mapping[str, str]) -> str:
        """In upper-case hex."""
        return self._key().sign(signed_text(fields).encode(), padding.PKCS1v15(), hashes.SHA512()).hex().upper()

    def public_pem(self) -> str:
        """What a shop verifies with."""
        kind = serialization.PublicFormat.SubjectPublicKeyInfo
        return self._key().public_key().public_bytes(serialization.Encoding.PEM, kind).decode()

    def _key(self) -> rsa.RSAPrivateKey:
        if not (pem := self._database.value(KEY_NAME, "")):
            pem = _new_pem()
            self._database.set_value(KEY_NAME, pem)
        key = serialization.load_pem_private_key(pem.encode(), None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("the state file's key is no RSA key")
        return key


def _new_pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    formats = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, *formats).decode()
