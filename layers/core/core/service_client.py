"""Authenticated calls from one service to another through the public API."""

import json
from collections.abc import Mapping
from typing import Any

import urllib3

from core.clock import Clock
from core.context import current_flow
from core.secrets import resolve
from core.tokens import sign_service

TIMEOUT = urllib3.Timeout(connect=2, read=8)


class ServiceCallError(Exception):
    """The other service refused; `status` and `code` are those of its problem document."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code


class ServiceUnreachableError(Exception):
    """No usable answer (network, time-out, 5xx, throttled): the call may be repeated."""


class ServiceClient:
    """Calls the API as `name`, with a short-lived token signed by that service's own key."""

    def __init__(self, name: str, api_url: str, key: str, clock: Clock) -> None:
        self._name = name
        self._api_url = api_url
        self._key = key
        self._clock = clock
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False, maxsize=4)

    def get(self, path: str) -> dict[str, Any]:
        """The JSON document at `path`."""
        return self._call("GET", path, None)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send `body` as JSON and return the answer."""
        return self._call("POST", path, body)

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        token = sign_service(self._name, resolve(self._key), self._clock.now())
        flow = current_flow()
        headers = {"Authorization": f"Bearer {token}", "X-Correlation-Id": flow.correlation_id}
        if flow.causation_id:
            headers["X-Causation-Id"] = flow.causation_id
        url = resolve(self._api_url).rstrip("/") + path
        try:
            answer = self._pool.request(method, url, headers=headers, json=body)
        except urllib3.exceptions.HTTPError as error:
            raise ServiceUnreachableError(f"{method} {path}: {type(error).__name__}") from error
        if answer.status >= 500 or answer.status in (408, 429):
            raise ServiceUnreachableError(f"{method} {path}: {answer.status}")
        try:
            document: dict[str, Any] = json.loads(answer.data)
        except ValueError as error:
            raise ServiceUnreachableError(f"{method} {path}: {answer.status} without JSON") from error
        if answer.status >= 400:
            raise ServiceCallError(answer.status, str(document.get("code")), str(document.get("detail")))
        return document
