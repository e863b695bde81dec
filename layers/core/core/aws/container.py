"""Credentials of a copy that was restored from a snapshot: asked for at an address of its own, and renewed in time."""

import json
import os
import time
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import urllib3

from core.aws.credentials import PASS, Credentials
from core.aws.errors import CredentialsError
from core.clock import Clock, SystemClock
from core.observability import logger

# It is on the same machine.
TIMEOUT = urllib3.Timeout(connect=1, read=2)
TRIES, PAUSE_SECONDS = 3, 0.1
RENEWED_BEFORE = timedelta(minutes=5)
"""How long before their end others are asked for: longer than any call, and any invocation that somebody waits for."""


class Container:
    """Keeps the credentials that it was told last."""

    def __init__(self, address: str, clock: Clock) -> None:
        self._address = address
        self._clock = clock
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False)
        self._known: Credentials | None = None

    def credentials(self) -> Credentials:
        """They last for `RENEWED_BEFORE` longer, unless others cannot be had; `CredentialsError` if none are left."""
        now, known = self._clock.now(), self._known
        if known is None or not known.last(now + RENEWED_BEFORE):
            known = self._known = self._newest(known, now)
        return known

    def _newest(self, known: Credentials | None, now: datetime) -> Credentials:
        try:
            return _read(self._asked())
        except CredentialsError as error:
            if known is None or not known.last(now):
                raise
            logger.warning("Credentials could not be renewed yet", error=str(error))
            return known

    def _asked(self) -> bytes:
        # The pass may be another after a restore.
        headers = {"Authorization": os.environ.get(PASS, "")}
        for attempt in range(1, TRIES + 1):
            try:
                answer = self._pool.request("GET", self._address, headers=headers)
                if answer.status == 200:
                    return answer.data
                code, passing = f"http_{answer.status}", answer.status >= 500
            except urllib3.exceptions.HTTPError as error:
                code, passing = type(error).__name__, True
            if not passing or attempt == TRIES:
                break
            time.sleep(PAUSE_SECONDS)
        raise CredentialsError(code)


@cache
def container_at(address: str) -> Container:
    """Kept, with its connection, for as long as the process lives."""
    return Container(address, SystemClock())


def _read(text: bytes) -> Credentials:
    try:
        told: dict[str, Any] = json.loads(text)
        ends_at = datetime.fromisoformat(told["Expiration"]).astimezone(UTC)
        return Credentials(str(told["AccessKeyId"]), str(told["SecretAccessKey"]), str(told["Token"]), ends_at)
    except (ValueError, KeyError, TypeError):
        # What is in it is not told.
        raise CredentialsError("unreadable") from None
