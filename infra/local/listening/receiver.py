"""Takes calls: checks, passes on, answers as the program behind has answered, and tells."""

import json
import time
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import urllib3

from infra.local.listening.signatures import HEADER, is_ours

# A call ends after five seconds, whoever is slow.
FORWARD_TIMEOUT = urllib3.Timeout(total=4)
NOT_OURS, NOBODY, TAKEN, TOO_LARGE = 401, 502, 204, 1 << 20
# What belongs to one connection; all else is passed on as it came.
OWN = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding"})
Tell = Callable[[dict[str, Any], str, bool], None]


class Receiver(ThreadingHTTPServer):
    """Listens on a free port of this machine. `tell` gets each call, what became of it, and whether that is well. `now`
    is by the clock of the system."""

    daemon_threads = True

    def __init__(self, forward_to: str | None, tell: Tell, now: Callable[[], datetime]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.secret = ""
        self._forward_to = forward_to
        self._tell = tell
        self._now = now
        self._pool = urllib3.PoolManager(timeout=FORWARD_TIMEOUT, retries=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def answer(self, headers: dict[str, str], body: bytes) -> int:
        """The status to answer with: another than 2xx has the call repeated."""
        if not is_ours(body, headers.get(HEADER, ""), self.secret, self._now().timestamp()):
            self._tell({}, "a call whose signature is not ours was refused", False)
            return NOT_OURS
        status, became = self._forward(headers, body)
        self._tell(json.loads(body), became, 200 <= status < 300)
        return status

    def _forward(self, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        if self._forward_to is None:
            return TAKEN, ""
        sent = {name: value for name, value in headers.items() if name.lower() not in OWN}
        begun = time.monotonic()
        try:
            status = self._pool.request("POST", self._forward_to, body=body, headers=sent, redirect=False).status
        except urllib3.exceptions.HTTPError as error:
            return NOBODY, f"→ no answer ({type(error).__name__}); it comes again"
        again = "" if 200 <= status < 300 else "; the subscription ends" if status == 410 else "; it comes again"
        return status, f"→ {status} in {(time.monotonic() - begun) * 1000:.0f} ms{again}"


class Handler(BaseHTTPRequestHandler):
    """One call."""

    server: Receiver

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        status = self.server.answer(dict(self.headers), self.rfile.read(min(length, TOO_LARGE)))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Everything worth telling is told."""
