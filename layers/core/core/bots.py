"""What several services know of the bots of messengers."""

import json
import ssl
from dataclasses import dataclass
from functools import cache
from typing import Self

from core.secrets import resolve


@dataclass(frozen=True)
class MaxCredentials:
    """A bot of MAX. Its API has a certificate of the Russian national authority, which few systems trust: `ca` is PEM
    of what is trusted besides, and may be empty."""

    token: str
    ca: str = ""

    @classmethod
    def read(cls, credentials: str) -> Self:
        """From JSON `{"token", "ca"?}`, or a reference to it."""
        document = json.loads(resolve(credentials))
        return cls(str(document["token"]), str(document.get("ca") or ""))

    def trusted(self) -> ssl.SSLContext | None:
        """None where the system's own certificates are enough."""
        return _trusting(self.ca) if self.ca else None


@cache
def _trusting(ca: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.load_verify_locations(cadata=ca)
    return context
