"""Verifies the signature of a webhook: `t=<unix seconds>,v1=<hex>[,v1=<hex>]`."""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Literal

Verdict = Literal["valid", "invalid", "stale", "missing", "unchecked"]
# An older call may have been overheard and sent again.
MAX_AGE_SECONDS = 300


def verdict(header: str | None, body: bytes, secrets: Sequence[str], now: float) -> Verdict:
    """`unchecked` where the receiver knows no secret; one secret among several that fits is enough."""
    if not secrets:
        return "unchecked"
    if header is None:
        return "missing"
    parts = [part.strip().partition("=") for part in header.split(",")]
    times = [value for key, _, value in parts if key == "t"]
    given = [value for key, _, value in parts if key == "v1"]
    if len(times) != 1 or not times[0].isdecimal() or not times[0].isascii():
        return "invalid"
    expected = [digest(secret, times[0], body) for secret in secrets]
    if not any(hmac.compare_digest(one.encode(), other.encode()) for one in expected for other in given):
        return "invalid"
    return "valid" if abs(now - int(times[0])) <= MAX_AGE_SECONDS else "stale"


def digest(secret: str, time: str, body: bytes) -> str:
    return hmac.new(secret.encode(), time.encode() + b"." + body, hashlib.sha256).hexdigest()
