"""Calls of other systems' JSON APIs: in turn, with time-outs, and refusals that are told apart. Addresses and tokens
are secrets, and get into no log line and no error."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import urllib3

from integration.connectors.turns import Turns
from integration.errors_connectors import PermanentSendError, TransientSendError

TIMEOUT = urllib3.Timeout(connect=2, read=5)
LONGEST_WAIT = 3600.0


@dataclass(frozen=True)
class JsonAnswer:
    """`body` is an empty object where the answer holds no JSON."""

    status: int
    body: Any
    retry_after: float | None

    def field(self, name: str) -> Any:
        """A field of the body, if that is an object and has it."""
        return self.body.get(name) if isinstance(self.body, dict) else None


class JsonCalls:
    """One account at one other system."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False, maxsize=2)

    def call(
        self, method: str, url: str, headers: Mapping[str, str], body: Any = None, fields: Any = None
    ) -> JsonAnswer:
        """The answer, whatever its status; `TransientSendError` where there is none."""
        self._turns.wait()
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        sent = {**headers, "Content-Type": "application/json"} if data is not None else dict(headers)
        try:
            answer = self._pool.request(method, url, body=data, fields=fields, headers=sent, redirect=False)
        except urllib3.exceptions.HTTPError:
            # The library's own words name the address.
            raise TransientSendError("no_answer") from None
        return JsonAnswer(answer.status, _document(answer.data), _seconds(answer.headers.get("Retry-After")))

    def limited(self, answer: JsonAnswer, code: str, seconds: float) -> TransientSendError:
        """The error for a receiver that has too much: all processes leave it alone for a while."""
        wait = min(answer.retry_after or seconds, LONGEST_WAIT)
        self._turns.push_back(wait)
        return TransientSendError(code, answer.status, wait)


def refusal(answer: JsonAnswer, code: str) -> PermanentSendError | TransientSendError:
    """Of a request that is at fault, for good; of keys, rights and outages, which somebody will mend, for now."""
    if 400 <= answer.status < 500 and answer.status not in (401, 402, 403, 408, 423, 429):
        return PermanentSendError(code, answer.status)
    return TransientSendError(code, answer.status)


def _document(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return {}


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdecimal() else None
