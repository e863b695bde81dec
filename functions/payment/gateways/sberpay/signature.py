"""The checksum of Sber's callbacks: HMAC-SHA256, or RSA over SHA-512, of `name;value;` of all parameters by name."""

import hashlib
import hmac
from collections.abc import Mapping

from payment.gateways.rsa_signature import PublicKey

CHECKSUM = "checksum"
# Names the key that was used; it is not signed itself.
UNSIGNED = frozenset({CHECKSUM, "sign_alias"})


def signed_text(parameters: Mapping[str, str]) -> bytes:
    """`ValueError` if a value cannot be written in UTF-8."""
    encoded = {name.encode(): value.encode() for name, value in parameters.items() if name not in UNSIGNED}
    return b"".join(name + b";" + encoded[name] + b";" for name in sorted(encoded))


def checksum(parameters: Mapping[str, str], key: str) -> str:
    """As Sber writes it: hexadecimal in upper case."""
    return hmac.new(key.encode(), signed_text(parameters), hashlib.sha256).hexdigest().upper()


def has_checksum(parameters: Mapping[str, str], key: str) -> bool:
    """Whether the callback was signed with the shared key, compared in constant time."""
    claimed = parameters.get(CHECKSUM, "").upper().encode()
    return hmac.compare_digest(claimed, checksum(parameters, key).encode())


def has_signature(parameters: Mapping[str, str], key: PublicKey) -> bool:
    """Whether Sber signed the callback with its private key."""
    try:
        signature = bytes.fromhex(parameters.get(CHECKSUM, ""))
    except ValueError:
        return False
    return key.verifies(signed_text(parameters), signature)
