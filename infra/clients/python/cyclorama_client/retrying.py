"""Sends again what may safely be sent again."""

import random
import time
from collections.abc import Callable

import httpx

FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 10.0
# Nothing was done: the request did not get there, or was turned away before anybody looked at it.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
TURNED_AWAY = 429
# Nobody knows whether it was done.
UNCERTAIN = (502, 503, 504)


class Retrying(httpx.BaseTransport):
    """Up to `tries` attempts. What may have been done is sent again only if it reads, or has an `Idempotency-Key`."""

    def __init__(self, inner: httpx.BaseTransport, tries: int, sleep: Callable[[float], None] = time.sleep) -> None:
        self._inner = inner
        self._tries = tries
        self._sleep = sleep

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        for attempt in range(1, self._tries):
            try:
                response = self._inner.handle_request(request)
            except httpx.TransportError as error:
                if not (isinstance(error, NOT_SENT) or _repeatable(request)):
                    raise
                pause: float | None = _pause(attempt)
            else:
                if (pause := _wanted(request, response, attempt)) is None:
                    return response
                response.close()
            self._sleep(pause or 0)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def _repeatable(request: httpx.Request) -> bool:
    return request.method in ("GET", "HEAD") or "Idempotency-Key" in request.headers


def _wanted(request: httpx.Request, response: httpx.Response, attempt: int) -> float | None:
    """The pause before another attempt; none if this is the answer. Who is told to wait long is told, not kept."""
    again = response.status_code in UNCERTAIN and _repeatable(request)
    if not (again or response.status_code == TURNED_AWAY):
        return None
    asked = response.headers.get("Retry-After", "")
    pause = max(_pause(attempt), float(asked) if asked.isdecimal() else 0)
    return pause if pause <= LONGEST_PAUSE_SECONDS else None


def _pause(attempt: int) -> float:
    return float(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1) * (0.5 + random.random() / 2))  # noqa: S311 - jitter
