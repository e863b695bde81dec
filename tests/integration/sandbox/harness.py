"""The sandbox as a real process on a free port, and a real shop that its webhooks go to."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import urllib3

from tests.support.database import free_port
from tests.support.waiting import PATIENCE_SECONDS, eventually

ROOT = Path(__file__).parents[3]
SHOP = "100500:test_cyclorama"
RETURN_URL = "https://studio.test/thanks?a=1&b=2"


@dataclass(frozen=True)
class Answer:
    """A response, its JSON parsed."""

    status: int
    body: Any
    headers: Any

    @property
    def text(self) -> str:
        return str(self.body)


@dataclass
class Shop:
    """Receives webhooks; answers with the scripted statuses and bodies first, 200 and `OK` after.

    `refusing` has statuses by the number of an order, so that a late webhook of another takes none of them."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    refusing: dict[str, list[int]] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    received: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def events(self, object_id: str) -> list[str]:
        """The events about one payment, or one of its refunds."""
        with self.lock:
            bodies = [body for _, _, body in self.received if "event" in body]
        return [b["event"] for b in bodies if object_id in (b["object"]["id"], b["object"].get("payment_id"))]

    def told(self, number: str) -> list[dict[str, Any]]:
        """What T-Kassa or Sber told about an order of this number, in the order of arrival."""
        with self.lock:
            bodies = [body for _, _, body in self.received]
        return [body for body in bodies if number in (body.get("OrderId"), body.get("orderNumber"))]


@contextmanager
def shop_server() -> Iterator[Shop]:
    shop = Shop()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_json = "json" in self.headers["Content-Type"]
            self.take(self.path, json.loads(body) if is_json else dict(parse_qsl(body.decode())))

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            self.take(path, dict(parse_qsl(query)))

        def take(self, path: str, body: Any) -> None:
            with shop.lock:
                shop.received.append((path, {"method": self.command, **dict(self.headers.items())}, body))
                scripted = shop.refusing.get(body.get("orderNumber"), shop.statuses)
                status = scripted.pop(0) if scripted else 200
                answer = (shop.answers.pop(0) if shop.answers else "OK").encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shop.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Sandbox:
    """One sandbox; `start` and `kill` keep its port and its state."""

    def __init__(self, state: Path, webhook_url: str, port: int | None = None, options: Sequence[str] = ()) -> None:
        self.state = state
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._webhook_url = webhook_url
        self._options = options
        timeout = urllib3.Timeout(PATIENCE_SECONDS)
        self._pool = urllib3.PoolManager(timeout=timeout, retries=False)

    def start(self) -> None:
        self.launch()
        eventually(self._ready)

    def launch(self) -> None:
        arguments = ["--port", str(self.port), "--state", str(self.state), "--webhook-url", self._webhook_url]
        arguments += self._options
        self.state.mkdir(parents=True, exist_ok=True)
        with (self.state / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "infra.sandbox", *arguments],
                cwd=ROOT,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=log,
            )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_SECONDS)

    def log(self) -> str:
        return (self.state / "log").read_text()

    def request(self, method: str, path: str, **options: Any) -> Answer:
        path = path if path.startswith("http") else self.url + path
        response = self._pool.request(method, path, redirect=False, **options)
        is_json = "json" in response.headers.get("Content-Type", "")
        return Answer(response.status, response.json() if is_json else response.data.decode(), response.headers)

    def yookassa(
        self, method: str, path: str, body: Any = None, key: str | None = None, auth: str = SHOP, **options: Any
    ) -> Answer:
        headers = urllib3.make_headers(basic_auth=auth)
        if method == "POST":
            headers["Idempotence-Key"] = str(uuid4()) if key is None else key
        if body is not None:
            options["json"] = body
        return self.request(method, f"/yookassa/v3{path}", headers=headers, **options)

    def create(self, value: str = "1500.00", key: str | None = None, **fields: Any) -> dict[str, Any]:
        answer = self.yookassa("POST", "/payments", payment(value, **fields), key)
        assert answer.status == 200, answer.body
        return dict(answer.body)

    def get(self, payment_id: str) -> dict[str, Any]:
        return dict(self.yookassa("GET", f"/payments/{payment_id}").body)

    def act(self, payment: dict[str, Any] | str, action: str, **fields: str) -> Answer:
        url = f"{self.url}/pay/{payment if isinstance(payment, str) else payment['id']}"
        return self.request("POST", url, fields={"action": action, **fields}, encode_multipart=False)

    def paid(self, value: str = "1500.00", **fields: Any) -> dict[str, Any]:
        created = self.create(value, **fields)
        assert self.act(created, "pay").status == 303
        return created

    def knobs(self, payment_id: str | None = None, **values: int | bool) -> None:
        path = f"/_sandbox/payments/{payment_id}/knobs" if payment_id else "/_sandbox/knobs"
        answer = self.request("PUT", path, json=values)
        assert answer.status == 200, answer.body

    def ahead(self, seconds: float) -> None:
        answer = self.request("PUT", "/_sandbox/clock", json={"offset_seconds": seconds})
        assert answer.status == 200, answer.body

    def webhooks(self, payment_id: str) -> list[dict[str, Any]]:
        return list(self.request("GET", f"/_sandbox/payments/{payment_id}").body["webhooks"])

    def _ready(self) -> bool:
        assert self.process.poll() is None, self.log()
        try:
            return self.request("GET", "/health").status == 200
        except urllib3.exceptions.HTTPError:
            return False


def payment(value: str = "1500.00", **fields: Any) -> dict[str, Any]:
    """The body of `POST /payments`."""
    body: dict[str, Any] = {"amount": {"value": value, "currency": "RUB"}, "capture": True}
    body["confirmation"] = {"type": "redirect", "return_url": RETURN_URL}
    return body | fields
