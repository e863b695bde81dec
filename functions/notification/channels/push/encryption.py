"""Encrypts a message for one browser (RFC 8291), in the one record that a push service carries (RFC 8188)."""

import hmac
import secrets
from typing import TYPE_CHECKING

from notification.channels.push.subscription import Subscription, decoded

if TYPE_CHECKING:
    from Crypto.PublicKey.ECC import EccKey

CURVE = "P-256"
RECORD = 4096
"""Bytes that every push service takes, all in all."""
SALT, KEY, NONCE, AUTH, TAG = 16, 16, 12, 16, 16
POINT = 65
MOST = RECORD - SALT - 4 - 1 - POINT - TAG - 1
"""Bytes of a message."""
LAST = b"\x02"
"""What ends the last record."""


class KeysError(ValueError):
    """They are no keys of a browser."""


def public_key(subscription: Subscription) -> "EccKey":
    """`KeysError` for what is no point of the curve, or another secret than one of 16 bytes."""
    # Only sending loads the library.
    from Crypto.PublicKey import ECC

    try:
        point, auth = decoded(subscription.p256dh), decoded(subscription.auth)
        if len(point) != POINT or len(auth) != AUTH:
            raise KeysError("they have another length")
        key = ECC.import_key(point, curve_name=CURVE)
        # The library reads zeros as the point at infinity, with which nobody agrees on a key.
        if key.pointQ.is_point_at_infinity():
            raise KeysError("the point is at infinity")
        return key
    except ValueError as error:
        raise KeysError(str(error)) from error


def encrypted(
    subscription: Subscription, message: bytes, own: "EccKey | None" = None, salt: bytes | None = None
) -> bytes:
    """A body of `Content-Encoding: aes128gcm`. `own` and `salt` are made for it alone, unless a test has them.

    `KeysError`; `ValueError` for more than `MOST` bytes."""
    from Crypto.Cipher import AES
    from Crypto.Protocol.DH import key_agreement
    from Crypto.PublicKey import ECC

    if len(message) > MOST:
        raise ValueError("the message is longer than one record")
    theirs, own, salt = public_key(subscription), own or ECC.generate(curve=CURVE), salt or secrets.token_bytes(SALT)
    points = theirs.export_key(format="raw") + (sender := own.public_key().export_key(format="raw"))
    shared = key_agreement(static_priv=own, static_pub=theirs, kdf=bytes)
    input_key = _derived(decoded(subscription.auth), shared, b"WebPush: info\0" + points, 32)
    key = _derived(salt, input_key, b"Content-Encoding: aes128gcm\0", KEY)
    nonce = _derived(salt, input_key, b"Content-Encoding: nonce\0", NONCE)
    text, tag = AES.new(key, AES.MODE_GCM, nonce=nonce, mac_len=TAG).encrypt_and_digest(message + LAST)
    return salt + RECORD.to_bytes(4, "big") + bytes([POINT]) + sender + text + tag


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    """HKDF-SHA256 (RFC 5869) of one block."""
    return hmac.digest(hmac.digest(salt, secret, "sha256"), info + b"\1", "sha256")[:length]
