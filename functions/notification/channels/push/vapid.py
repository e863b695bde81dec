"""Who we are to push services (RFC 8292): a key that each message is signed with, and that browsers subscribe to."""

import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from notification.channels.push.encryption import CURVE
from notification.channels.push.subscription import encoded

if TYPE_CHECKING:
    from Crypto.PublicKey.ECC import EccKey

PURPOSE = b"cyclorama: P-256 key of web push"
LIFE = timedelta(hours=12)
"""A token may live for a day; a push service whose clock is ahead takes it, too."""
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HEADER = encoded(b'{"typ":"JWT","alg":"ES256"}')


class VapidKey:
    """The key pair that follows from a secret, so that a secret may be any text that is hard to guess."""

    def __init__(self, secret: Callable[[], str], contact: str) -> None:
        """`contact` is where a push service writes when something is wrong."""
        self._secret = secret
        self._contact = contact

    @cached_property
    def _key(self) -> "EccKey":
        from Crypto.PublicKey import ECC

        seed = int.from_bytes(hmac.digest(self._secret().encode(), PURPOSE, "sha512"), "big")
        # Twice as long as the order, so that no key is likelier than another.
        return ECC.construct(curve=CURVE, d=seed % (ORDER - 1) + 1)

    @cached_property
    def public(self) -> str:
        """The point that browsers subscribe to, in base64url: `applicationServerKey`."""
        return encoded(self._key.public_key().export_key(format="raw"))

    def authorization(self, endpoint: str, now: datetime) -> str:
        """The header of a message to this address: a token for its origin alone, and the key that verifies it."""
        from Crypto.Hash import SHA256
        from Crypto.Signature import DSS

        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int((now + LIFE).timestamp()),
            "sub": self._contact,
        }
        token = f"{HEADER}.{encoded(json.dumps(claims).encode())}"
        signature = DSS.new(self._key, "fips-186-3").sign(SHA256.new(token.encode()))
        return f"vapid t={token}.{encoded(signature)}, k={self.public}"
