"""RSA signatures (PKCS#1 v1.5 over SHA-512, RFC 8017 §8.2.2), checked without a library.

Verification alone is needed, once for a notification: 40 lines instead of 15 MB of `cryptography` in the layer."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

SEQUENCE, INTEGER, BIT_STRING = 0x30, 0x02, 0x03
# DER of AlgorithmIdentifier {rsaEncryption, NULL}, and of DigestInfo {sha512, NULL} up to the digest.
RSA_ENCRYPTION = bytes.fromhex("300d06092a864886f70d0101010500")
SHA512_DIGEST_INFO = bytes.fromhex("3051300d060960864801650304020305000440")
MIN_BITS = 2048


@dataclass(frozen=True)
class PublicKey:
    """Modulus and exponent."""

    modulus: int
    exponent: int

    @classmethod
    def from_pem(cls, pem: str) -> "PublicKey":
        """From `-----BEGIN PUBLIC KEY-----` (SubjectPublicKeyInfo); `ValueError` for anything else."""
        lines = [line.strip() for line in pem.strip().splitlines()]
        if len(lines) < 3 or lines[0] != "-----BEGIN PUBLIC KEY-----" or lines[-1] != "-----END PUBLIC KEY-----":
            raise ValueError("not a public key in PEM")
        info = _only(SEQUENCE, base64.b64decode("".join(lines[1:-1]), validate=True))
        if not info.startswith(RSA_ENCRYPTION):
            raise ValueError("not an RSA key")
        bits = _only(BIT_STRING, info[len(RSA_ENCRYPTION) :])
        modulus, rest = _split(INTEGER, _only(SEQUENCE, bits[1:]))
        key = cls(int.from_bytes(modulus, "big"), int.from_bytes(_only(INTEGER, rest), "big"))
        if key.modulus.bit_length() < MIN_BITS:
            raise ValueError(f"an RSA key of less than {MIN_BITS} bits")
        return key

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether the key's owner signed the message. The whole padded block is compared, so nothing is parsed."""
        size = (self.modulus.bit_length() + 7) // 8
        number = int.from_bytes(signature, "big")
        if len(signature) != size or number >= self.modulus:
            return False
        digest_info = SHA512_DIGEST_INFO + hashlib.sha512(message).digest()
        expected = b"\x00\x01" + b"\xff" * (size - len(digest_info) - 3) + b"\x00" + digest_info
        return hmac.compare_digest(pow(number, self.exponent, self.modulus).to_bytes(size, "big"), expected)


def _split(tag: int, der: bytes) -> tuple[bytes, bytes]:
    """The content of the first element, which must have this tag, and what follows it."""
    if len(der) < 2 or der[0] != tag:
        raise ValueError("not the DER of a public key")
    length, start = der[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[2:start], "big")
    if len(der) < start + length:
        raise ValueError("the DER of a public key is cut off")
    return der[start : start + length], der[start + length :]


def _only(tag: int, der: bytes) -> bytes:
    content, rest = _split(tag, der)
    if rest:
        raise ValueError("something follows the public key")
    return content
