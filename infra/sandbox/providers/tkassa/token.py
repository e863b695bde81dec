"""The token that signs requests and notifications (https://www.tbank.ru/kassa/dev/payments)."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

TOKEN = "Token"  # noqa: S105 - a field's name


def token(fields: Mapping[str, Any], password: str) -> str:
    """SHA-256, in hex, of all scalar values at the top level, the password among them, in the order of their names."""
    scalars = {name: value for name, value in fields.items() if isinstance(value, str | int | float)}
    signed = {name: _text(value) for name, value in scalars.items() if name != TOKEN} | {"Password": password}
    return hashlib.sha256("".join(signed[name] for name in sorted(signed)).encode()).hexdigest()


def signed(fields: Mapping[str, Any], password: str) -> dict[str, Any]:
    """The fields with their token."""
    return {**fields, TOKEN: token(fields, password)}


def is_signed(fields: Mapping[str, Any], password: str) -> bool:
    given = fields.get(TOKEN)
    return isinstance(given, str) and hmac.compare_digest(
        given.lower().encode(errors="replace"), token(fields, password).encode()
    )


def _text(value: str | float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
