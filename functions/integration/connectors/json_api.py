"""JSON over HTTP to systems whose addresses hold secrets: nothing of an address gets into an error or a log.

urllib3's pools write the path of every request into the log at level DEBUG, so none is used here."""

import json
from dataclasses import dataclass
from typing import Any

from core.outside import OutsideClient, OutsideError
from integration.errors_connectors import TransientSendError

MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class JsonAnswer:
    """`document` is None where there is no body, or one that is no JSON."""

    status: int
    document: Any = None

    def text(self, name: str) -> str:
        """A field of the document as text; empty where it has none."""
        return str(self.document.get(name) or "") if isinstance(self.document, dict) else ""


class JsonApi:
    """One request at a time, with the time-outs and bounds of `client`."""

    def __init__(self, client: OutsideClient) -> None:
        self._client = client

    def call(self, method: str, url: str, document: Any = None, headers: dict[str, str] | None = None) -> JsonAnswer:
        """The answer, whatever its status; `TransientSendError` where there is none."""
        all_headers = {"User-Agent": "cyclorama", "Accept": "application/json", **(headers or {})}
        body = None
        if document is not None:
            all_headers["Content-Type"] = "application/json"
            body = json.dumps(document, ensure_ascii=False).encode()
        try:
            answer = self._client.exchange(method, url, all_headers, body, MAX_BYTES)
        except OutsideError as error:
            # Without its cause, which may hold the address.
            raise TransientSendError(type(error).__name__) from None
        try:
            return JsonAnswer(answer.status, json.loads(answer.body))
        except ValueError:
            return JsonAnswer(answer.status)
