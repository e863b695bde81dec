"""Calls of other systems' JSON APIs: in turn, with time-outs, and refusals that are told apart. Addresses and tokens
are secrets, and get into no log line and no error: hence no pool of urllib3's, which logs every path at DEBUG."""

import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.safe_http import OutsideClient, OutsideError, TimeOuts
from integration.connectors.turns import Turns
from integration.deliveries.errors import PermanentSendError, TransientSendError

TIME_OUTS = TimeOuts(connect=2, read=5, total=10)
MAX_BYTES = 1_000_000
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

    def __init__(self, turns: Turns, trusted: Callable[[], ssl.SSLContext | None] = lambda: None) -> None:
        """`trusted` says whose certificates, where those of the system are not enough."""
        self._turns = turns
        # The address is the operator's own word, and may well be in a network of theirs.
        self._client = OutsideClient(private_addresses=True, time_outs=TIME_OUTS, trusted=trusted)

    def call(self, method: str, url: str, headers: Mapping[str, str], body: Any = None) -> JsonAnswer:
        """The answer, whatever its status; `TransientSendError` if there is none."""
        self._turns.wait()
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        sent = {**headers, "Content-Type": "application/json"} if data is not None else dict(headers)
        try:
            answer = self._client.exchange(method, url, sent, data, MAX_BYTES)
        except OutsideError:
            # Its words may name the address.
            raise TransientSendError("no_answer") from None
        return JsonAnswer(answer.status, _document(answer.body), _seconds(answer.retry_after))

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
