"""Identifiers."""

import secrets

from infra.sandbox.clock import system_time


def gateway_id() -> str:
    """An id of YooKassa's look: a UUID whose first group is a time, unique by its last."""
    return f"{int(system_time().timestamp()) & 0xFFFFFFFF:08x}-000f-5000-8000-{secrets.token_hex(6)}"
