"""The token that T-Kassa and its shops sign messages with: SHA-256 over the values of all top-level scalar fields."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

TOKEN = "Token"  # noqa: S105 - the field's name
PASSWORD = "Password"  # noqa: S105 - the field's name


def token(message: Mapping[str, Any], password: str) -> str:
    """The token of whatever fields arrive: the bank adds some, so no list of them would last.

    Nested values and nulls stay out. `ValueError` if a value cannot be written in UTF-8."""
    values = {name: _text(value) for name, value in message.items() if name != TOKEN and _is_scalar(value)}
    values[PASSWORD] = password
    return hashlib.sha256("".join(values[name] for name in sorted(values)).encode()).hexdigest()


def is_signed(message: Mapping[str, Any], password: str) -> bool:
    """Whether the message's own token is right, compared in constant time."""
    claimed = message.get(TOKEN)
    if not isinstance(claimed, str):
        return False
    return hmac.compare_digest(claimed.lower().encode(), token(message, password).encode())


def _is_scalar(value: Any) -> bool:
    return value is not None and not isinstance(value, Mapping | list | tuple)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
