"""Calls to providers: what an answer that is none says about the message."""

import json
from typing import Any

import urllib3

from notification.errors import TransientDeliveryError, UnknownDeliveryError

TIMEOUT = urllib3.Timeout(connect=3, read=10)
NOT_TAKEN = frozenset({429, 503})
"""Who answers so has not looked at the message; any other 5xx may follow its acceptance."""


class Calls:
    """JSON over HTTP to one provider; the errors' reasons begin with its `name`."""

    def __init__(self, name: str, base_url: str) -> None:
        self._name = name
        self._base = base_url.rstrip("/")
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False)

    def form(self, path: str, fields: dict[str, str]) -> dict[str, Any]:
        """The answer to a form. `TransientDeliveryError` if nothing was taken, `UnknownDeliveryError` if nobody
        knows."""
        return self._call("POST", path, fields=fields, encode_multipart=False)

    def json(self, path: str, document: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
        """The same for a document."""
        return self._call("POST", path, json=document, headers=headers)

    def _call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        try:
            answer = self._pool.request(method, self._base + path, **more)
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
            raise TransientDeliveryError(f"{self._name}_{type(error).__name__}") from error
        except urllib3.exceptions.HTTPError as error:
            raise UnknownDeliveryError(f"{self._name}_{type(error).__name__}") from error
        if answer.status in NOT_TAKEN:
            raise TransientDeliveryError(f"{self._name}_http_{answer.status}")
        if answer.status >= 500:
            raise UnknownDeliveryError(f"{self._name}_http_{answer.status}")
        try:
            document = json.loads(answer.data)
        except ValueError as error:
            raise UnknownDeliveryError(f"{self._name}_unreadable") from error
        return document if isinstance(document, dict) else {}
