"""Authenticated calls from one service to another through the public API."""

import json
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import urllib3

from core.clock import Clock
from core.context import current_flow
from core.secrets import ChangingSecret, resolve
from core.tokens import sign_service

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
NOTHING: Mapping[str, Any] = MappingProxyType({})
TIMEOUT = urllib3.Timeout(connect=2, read=8)
# Refusals that end by themselves. 401 is one: a new key is known everywhere within a minute.
PASSING = (HTTPStatus.UNAUTHORIZED, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)


class ServiceCallError(Exception):
    """The other service refused; `status` and `code` are those of its problem document, which is `problem`."""

    def __init__(self, status: int, code: str, detail: str, problem: Mapping[str, Any] = NOTHING) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.code = code
        self.problem = problem


class ServiceUnreachableError(Exception):
    """No usable answer (network, time-out, 5xx, throttling): the call may be repeated."""


class ServiceClient:
    """Calls the API as `name`, with a short-lived token signed by that service's own key."""

    def __init__(self, name: str, api_url: str, key: str, clock: Clock) -> None:
        self._name = name
        self._api_url = api_url
        self._key = ChangingSecret(key)
        self._clock = clock
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False, maxsize=4)

    def get(self, path: str, timeout: urllib3.Timeout = TIMEOUT) -> dict[str, Any]:
        """The JSON document at `path`."""
        return self._call("GET", path, None, timeout)

    def post(
        self, path: str, body: Mapping[str, Any], timeout: urllib3.Timeout = TIMEOUT, key: str | None = None
    ) -> dict[str, Any]:
        """Send `body` as JSON and return the answer; with an idempotency `key` a repeat gets the first one."""
        return self._call("POST", path, body, timeout, {"Idempotency-Key": key} if key else NO_HEADERS)

    def _call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        timeout: urllib3.Timeout = TIMEOUT,
        further: Mapping[str, str] = NO_HEADERS,
    ) -> dict[str, Any]:
        send = partial(self._send, method, path, body, timeout, further)
        answer = send(self._key.value())
        if answer.status == HTTPStatus.UNAUTHORIZED:
            # A stolen key was replaced since this process read it.
            answer = send(self._key.again())
        if answer.status >= 500 or answer.status in PASSING:
            raise ServiceUnreachableError(f"{method} {path}: {answer.status}")
        try:
            document: dict[str, Any] = json.loads(answer.data)
        except ValueError as error:
            raise ServiceUnreachableError(f"{method} {path}: {answer.status} without JSON") from error
        if answer.status >= 400:
            raise ServiceCallError(answer.status, str(document.get("code")), str(document.get("detail")), document)
        return document

    def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        timeout: urllib3.Timeout,
        further: Mapping[str, str],
        key: str,
    ) -> urllib3.BaseHTTPResponse:
        flow = current_flow()
        token = sign_service(self._name, key, self._clock.now())
        headers = {"Authorization": f"Bearer {token}", "X-Correlation-Id": flow.correlation_id, **further}
        if flow.causation_id:
            headers["X-Causation-Id"] = flow.causation_id
        url = resolve(self._api_url).rstrip("/") + path
        try:
            return self._pool.request(method, url, headers=headers, json=body, timeout=timeout)
        except urllib3.exceptions.HTTPError as error:
            raise ServiceUnreachableError(f"{method} {path}: {type(error).__name__}") from error
