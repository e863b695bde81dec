"""`make listen` beside `make trigger`: real events reach the terminal and the program that is being written."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from infra.local.listening.signatures import is_ours
from infra.local.listening.subscription import DESCRIPTION, PATH
from infra.local.triggers.__main__ import trigger
from tests.support.scripted_server import Asked, Script, scripted_server
from tests.support.system.whole import ROOT, System
from tests.support.waiting import PATIENCE_SECONDS, eventually

EVENTS = ("booking.confirmed", "payment.refunded", "api_key.revoked")


def test_events_are_shown_passed_on_and_answered_for(system: System, tmp_path: Path) -> None:
    with scripted_server() as app, listening(system, tmp_path, app) as (listener, heard):
        app.answers = [(500, {}), *[(200, {})] * 100]
        # `payment.refunded` pays first, so it makes both.
        played = [play(system, event) for event in EVENTS[1:]]

        eventually(lambda: {asked.headers["cyclorama-event"] for asked in app.asked} >= set(EVENTS))
        ids = {asked.body["id"] for asked in app.asked}
        assert {event["id"] for event in played} <= ids
        secret = next(word for word in heard().split() if word.startswith("whsec_"))
        first, number = app.asked[0], played[0]["data"]["booking_id"]
        assert first.headers["user-agent"] == "cyclorama-webhooks"
        assert signed(first, secret)
        told = eventually(lambda: heard() if all(event in heard() for event in EVENTS) else None)
        assert "→ 500" in told and "it comes again" in told and "→ 200" in told
        assert system.manager.get(f"/v1/bookings/{number}")["number"] in told
        assert "\x1b[" not in told
        # What the program refused is not lost: it waits for its turn, or has come again.
        (mine,) = subscriptions(system, listener)
        sent = system.manager.get(f"{PATH}/{mine['id']}/deliveries?limit=200")["data"]
        (refused,) = [each for each in sent if each["event_id"] == first.body["id"]]
        assert (refused["status"], refused["response_code"]) == ("waiting", 500) or refused["attempts"] > 1

        listener.send_signal(signal.SIGTERM)
        assert listener.wait(PATIENCE_SECONDS) == 0
        assert subscriptions(system, listener) == []


def play(system: System, event: str) -> dict[str, Any]:
    """The event, as `make trigger` made it."""
    return trigger(system.endpoints, event, Console(file=io.StringIO()))


def signed(asked: Asked, secret: str) -> bool:
    """A receiver may compare the body as it came; the script has it parsed, and ours is compact JSON."""
    body = json.dumps(asked.body, separators=(",", ":"), ensure_ascii=False).encode()
    header = asked.headers["cyclorama-signature"]
    made_at = float(header.partition(",")[0].removeprefix("t="))
    return is_ours(body, header, secret, made_at) and not is_ours(body + b" ", header, secret, made_at)


def subscriptions(system: System, listener: subprocess.Popen[bytes]) -> list[dict[str, Any]]:
    found = system.manager.get(f"{PATH}?limit=200")["data"]
    return [each for each in found if each["description"] == f"{DESCRIPTION}{listener.pid}"]


@contextmanager
def listening(system: System, folder: Path, app: Script) -> Iterator[tuple[subprocess.Popen[bytes], Callable[[], str]]]:
    """The process, and what it has told by now."""
    output = folder / "listen.txt"
    command = [sys.executable, "-m", "infra.local.listening", f"{app.url}/hook", "--types", ",".join(EVENTS)]
    environment = os.environ | {"CYCLORAMA_STATE": str(system.local.state), "PYTHONUNBUFFERED": "1"}
    environment |= {"PYTHONPATH": "functions:layers/core:."}
    with output.open("wb") as to:
        listener = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=to, stderr=to)
    try:
        eventually(lambda: "whsec_" in output.read_text(encoding="utf-8") or listener.poll() is not None)
        yield listener, lambda: output.read_text(encoding="utf-8")
    finally:
        listener.terminate()
        listener.wait()
