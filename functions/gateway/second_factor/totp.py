"""Codes that change every half minute (RFC 6238), as authenticator apps make them by default: SHA-1, six digits."""

import hmac
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote

STEP_SECONDS, DIGITS, SECRET_BYTES = 30, 6, 20
DRIFT = 1
"""How many steps the clock of a phone may be off."""
ISSUER = "Cyclorama"


def code_of(secret: bytes, step: int) -> str:
    """The code of a step, by RFC 4226."""
    mac = hmac.digest(secret, step.to_bytes(8), "sha1")
    offset = mac[-1] & 15
    number = int.from_bytes(mac[offset : offset + 4]) & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def matching_step(secret: bytes, code: str, now: datetime, used: int) -> int | None:
    """The step of a code that is right now, if it is later than the one that was `used` last: no code is good twice."""
    steps = range(step_at(now) - DRIFT, step_at(now) + DRIFT + 1)
    matching = [step for step in steps if hmac.compare_digest(code_of(secret, step).encode(), code.encode())]
    return next((step for step in reversed(matching) if step > used), None)


def shown(secret: bytes) -> str:
    """As people type it."""
    return b32encode(secret).decode()


def uri(secret: bytes, name: str) -> str:
    """What a QR code holds; `name` tells accounts apart in the app."""
    label = f"{quote(ISSUER)}:{quote(name, safe='')}"
    return f"otpauth://totp/{label}?secret={shown(secret)}&issuer={quote(ISSUER)}"
