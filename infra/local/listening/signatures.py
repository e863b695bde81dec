"""Whether a call is ours: as docs/connectors.md tells receivers to see to it."""

import hashlib
import hmac

HEADER = "Cyclorama-Signature"
TOLERANCE_SECONDS = 300


def is_ours(body: bytes, header: str, secret: str, now: float) -> bool:
    """HMAC-SHA256 of `<t>.<body>` with the subscription's secret, made within the last five minutes."""
    parts = [part.partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in parts if name == "t" and value.isdecimal()]
    if len(stamps) != 1 or abs(now - int(stamps[0])) > TOLERANCE_SECONDS:
        return False
    expected = hmac.new(secret.encode(), f"{stamps[0]}.".encode() + body, hashlib.sha256).hexdigest()
    return any(name == "v1" and hmac.compare_digest(value, expected) for name, _, value in parts)
