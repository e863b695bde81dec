"""What drivers of published clients share: the payer, the sandbox's records, the report. The standard library only."""

import json
import sys
import time
import urllib.parse
import urllib.request
from typing import Any

BASE = sys.argv[1] if len(sys.argv) > 1 else ""
# So long only what hangs takes, however busy the machine is.
PATIENCE_SECONDS = 240
RETURN_URL = "https://studio.example/thanks"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """The payer's way back to the shop leads nowhere here."""


_OPENER = urllib.request.build_opener(_Stay)


def pay(payment_id: str, **fields: str) -> None:
    """The payer pays on the gateway's page."""
    form = urllib.parse.urlencode({"action": "pay"} | fields).encode()
    try:
        _OPENER.open(f"{BASE}/pay/{payment_id}", form, timeout=PATIENCE_SECONDS)
    except urllib.error.HTTPError as answer:
        if answer.code != 303:
            raise


def put(path: str, document: dict[str, Any]) -> None:
    request = urllib.request.Request(f"{BASE}{path}", json.dumps(document).encode(), method="PUT")
    _OPENER.open(request, timeout=PATIENCE_SECONDS).close()


def text(path: str) -> str:
    with _OPENER.open(f"{BASE}{path}", timeout=PATIENCE_SECONDS) as answer:
        return str(answer.read().decode())


def notices(receiver: str, about: str, at_least: int = 1) -> list[str]:
    """The bodies that the gateway sent about a payment, the oldest first."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        calls = json.loads(text(f"/_sandbox/hooks/{receiver}"))["calls"]
        bodies = list(dict.fromkeys(call["body"] for call in reversed(calls) if about in call["body"]))
        if len(bodies) >= at_least:
            return bodies
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(bodies)} notices about {about}, not {at_least}")
        time.sleep(0.05)


def report(**done: Any) -> None:
    """What the test looks at."""
    json.dump(done, sys.stdout, default=str)
