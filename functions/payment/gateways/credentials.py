"""Credentials of gateways: JSON objects in settings, or behind references."""

import json

from core.secrets import resolve
from core.settings import SettingsError


def read_credentials(gateway: str, value: str) -> dict[str, str]:
    """The words in the JSON by name; `SettingsError`, which does not repeat them, where it is not such an object."""
    try:
        credentials = json.loads(resolve(value))
    except ValueError:
        credentials = None
    if not isinstance(credentials, dict):
        raise SettingsError(f"the credentials of {gateway} are not a JSON object")
    return {str(name): str(word) for name, word in credentials.items()}


def pick(gateway: str, credentials: dict[str, str], *names: str) -> tuple[str, ...]:
    """Some of the fields; `SettingsError` names those that are missing."""
    missing = [name for name in names if not credentials.get(name)]
    if missing:
        raise SettingsError(f"the credentials of {gateway} lack {', '.join(missing)}")
    return tuple(credentials[name] for name in names)
