"""The sandbox of the one-machine system as a process of a test's own."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3

from infra.local.machine.tether import tethered
from tests.support.database import free_port
from tests.support.waiting import PATIENCE_SECONDS, eventually

ROOT = Path(__file__).parents[3]
HTTP = urllib3.PoolManager(timeout=PATIENCE_SECONDS, retries=False)


@contextmanager
def running_sandbox(state: Path, webhook_url: str = "http://127.0.0.1:9/webhooks", *more: str) -> Iterator[str]:
    """Start it on a free port; its base URL, which `{url}` in that of webhooks stands for."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    arguments = ["--port", str(port), "--state", str(state), "--webhook-url", webhook_url.format(url=url), *more]
    command = [*tethered(signal.SIGTERM), sys.executable, "-m", "infra.sandbox", *arguments]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        _await_health(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def outbox(url: str, recipient: str) -> list[dict[str, Any]]:
    """The mail and SMS that somebody received, the newest first."""
    answer = HTTP.request("GET", f"{url}/outbox.json", fields={"to": recipient})
    return list(answer.json()["data"])


def _await_health(url: str, process: subprocess.Popen[bytes]) -> None:
    def healthy() -> bool:
        assert process.poll() is None, "the sandbox does not start"
        try:
            return HTTP.request("GET", f"{url}/health").status == 200
        except urllib3.exceptions.HTTPError:
            return False

    eventually(healthy)
