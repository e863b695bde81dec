"""Secrets made up on this machine, kept in `<state>/secrets.json` so that tokens survive the broker's loss."""

import json
import secrets
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.local.template.model import Secret

PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


class KeyStore:
    """A small file of names and values that only its owner may read."""

    def __init__(self, state: Path) -> None:
        self._path = state / "secrets.json"

    def value(self, secret: Secret, given: str | None = None) -> str:
        """The secret's value: given locally, given by the template, or generated once by its rules."""
        if given is not None:
            return given
        if secret.value is not None:
            return secret.value
        return self._once(_key(secret), lambda: generate(secret.generate or {}))

    def replace(self, secret: Secret, value: str) -> None:
        """The secret has another value from now on, also for a system that runs."""
        self._write({**self._values(), _key(secret): value})

    def role_password(self, service: str) -> str:
        """The password of a service's database role."""
        return self._once(f"role:{service}", lambda: secrets.token_urlsafe(24))

    def _once(self, key: str, make: Any) -> str:
        values = self._values()
        if key not in values:
            values[key] = make()
            self._write(values)
        return values[key]

    def _values(self) -> dict[str, str]:
        # Read each time: a command may have changed it since.
        return dict(json.loads(self._path.read_text(encoding="utf-8"))) if self._path.exists() else {}

    def _write(self, values: Mapping[str, str]) -> None:
        new = self._path.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text(json.dumps(values, indent=2), encoding="utf-8")
        new.replace(self._path)


def _key(secret: Secret) -> str:
    return f"secret:{secret.name}"


def generate(rules: Mapping[str, Any]) -> str:
    """A random value by the rules of GenerateSecretString."""
    alphabet = _alphabet(rules)
    password = "".join(secrets.choice(alphabet) for _ in range(int(rules.get("PasswordLength", 32))))
    if "GenerateStringKey" not in rules:
        return password
    return json.dumps({**json.loads(rules["SecretStringTemplate"]), rules["GenerateStringKey"]: password})


def _alphabet(rules: Mapping[str, Any]) -> str:
    groups = {
        "ExcludeLowercase": string.ascii_lowercase,
        "ExcludeUppercase": string.ascii_uppercase,
        "ExcludeNumbers": string.digits,
        "ExcludePunctuation": PUNCTUATION,
    }
    kept = "".join(chars for rule, chars in groups.items() if str(rules.get(rule, False)).lower() != "true")
    return "".join(char for char in kept if char not in str(rules.get("ExcludeCharacters", "")))
