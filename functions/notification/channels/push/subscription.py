"""Where a browser is reached, and with which keys: its `PushSubscription`."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from typing import Self
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Subscription:
    """`endpoint` is an address of the browser's push service; `p256dh` (a point of P-256) and `auth` (16 bytes) are the
    browser's, in base64url: what is encrypted for them, that browser alone can read."""

    endpoint: str
    p256dh: str
    auth: str

    @classmethod
    def read(cls, written: str) -> Self:
        return cls(**json.loads(written))

    def written(self) -> str:
        return json.dumps(asdict(self))

    @property
    def service(self) -> str:
        """The host of the push service."""
        return urlsplit(self.endpoint).hostname or ""


def encoded(data: bytes) -> str:
    """Base64url without its padding, as RFC 7515 has it."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """`ValueError` for what is no base64url."""
    return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
