"""References in settings: `secretsmanager:<id>` and `ssm:<name>` are looked up on first use."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from core.observability import count, logger

if TYPE_CHECKING:
    from core.aws.calls import JsonService

SECRETS_MANAGER = "secretsmanager:"
PARAMETER_STORE = "ssm:"
KEPT = timedelta(minutes=1)
"""How long a process uses a secret that may change before it looks again."""
PAUSE = timedelta(seconds=5)
"""How often it looks again, at most, whoever asks for it."""


def is_reference(value: str) -> bool:
    """Whether the value is a reference."""
    return value.startswith((SECRETS_MANAGER, PARAMETER_STORE))


@cache
def resolve(value: str) -> str:
    """The value itself, or the value that it refers to; cached for the life of the process."""
    return _look_up(value)


class ChangingSecret:
    """A secret that may change while the process runs, such as keys that are rotated."""

    def __init__(self, value: str, now: Callable[[], float] = time.time) -> None:
        self._value = value
        self._now = now
        self._found: str | None = None
        self._at = 0.0

    def value(self) -> str:
        """At most `KEPT` old, unless it cannot be looked up."""
        return self._within(KEPT)

    def again(self) -> str:
        """At most `PAUSE` old."""
        return self._within(PAUSE)

    def _within(self, age: timedelta) -> str:
        now = self._now()
        # The clock of a process that was frozen may be set back.
        if self._found is None or not 0 <= now - self._at < age.total_seconds():
            self._found, self._at = self._newest(self._found), now
        return self._found

    def _newest(self, known: str | None) -> str:
        try:
            return _look_up(self._value)
        except Exception as error:
            # Whatever the reason, those who have signed in are not to suffer from it.
            if known is None:
                raise
            logger.warning("A secret could not be read again", error=str(error))
            count("SecretsNotRead")
            return known


def _service(name: str) -> "JsonService":
    # With urllib3, which the authoriser does not need before there is something to look up.
    from core.aws.calls import json_service

    return json_service(name)


def _look_up(value: str) -> str:
    if value.startswith(SECRETS_MANAGER):
        secret_id = value.removeprefix(SECRETS_MANAGER)
        return str(_service("secretsmanager").call("GetSecretValue", {"SecretId": secret_id})["SecretString"])
    if value.startswith(PARAMETER_STORE):
        name = value.removeprefix(PARAMETER_STORE)
        asked = {"Name": name, "WithDecryption": True}
        return str(_service("ssm").call("GetParameter", asked)["Parameter"]["Value"])
    return value
