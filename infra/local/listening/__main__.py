"""`python -m infra.local.listening [URL]`, which is `make listen`."""

import argparse
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.text import Text

from infra.local.listening.receiver import Receiver
from infra.local.listening.subscription import Staff, Subscription
from infra.local.machine.errors import LocalError
from infra.local.plan.endpoints import Endpoints

TYPE_WIDTH = 28


class Teller:
    """A line for each call: when, what, of which booking and how that stands now, what became of the call."""

    def __init__(self, staff: Staff, console: Console, now: Callable[[], datetime]) -> None:
        self._staff = staff
        self._console = console
        self._now = now

    def __call__(self, call: dict[str, Any], became: str, well: bool) -> None:
        line = Text(f"{self._now().astimezone():%H:%M:%S} ", "dim")
        line.append(f"{call.get('type', '–'):{TYPE_WIDTH}} ", "bold")
        line.append(self._booking(call.get("data", {})))
        line.append(f" {became}" if became else "", "green" if well else "bold red")
        self._console.print(line, soft_wrap=True)

    def _booking(self, data: dict[str, Any]) -> str:
        """Its number and status; what is about no booking shows its ids."""
        booking = self._staff.ask("GET", f"/v1/bookings/{data['booking_id']}") if "booking_id" in data else None
        if booking:
            return f"{booking['number']} {booking['status']}"
        return " ".join(f"{name.removesuffix('_id')} {value}" for name, value in data.items())


def main() -> None:
    """Listen until Ctrl-C or SIGTERM; exit with 1 and the reason if that cannot be."""
    parser = argparse.ArgumentParser(prog="make listen", usage="make listen URL=http://127.0.0.1:8000/hook")
    parser.add_argument("url", nargs="?", help="where to pass the calls on to; without it they are only shown")
    parser.add_argument("--types", default="*", help="comma-separated event types; by default all")
    options, console = parser.parse_args(), Console(highlight=False)
    try:
        listen(Endpoints.load(os.environ.get("CYCLORAMA_STATE", ".cyclorama")), options, console)
    except (LocalError, RuntimeError, OSError) as error:
        console.print(f"[bold red]✗[/] {error}", soft_wrap=True)
        sys.exit(1)


def listen(endpoints: Endpoints, options: argparse.Namespace, console: Console) -> None:
    """Until it is stopped."""
    if options.url and urlsplit(options.url).scheme not in ("http", "https"):
        raise LocalError(f"{options.url!r} is no address: it begins with http:// or https://")
    over = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: over.set())
    staff = Staff(endpoints.api_url)
    with Receiver(options.url, Teller(staff, console, endpoints.now), endpoints.now) as receiver:
        Thread(target=receiver.serve_forever, daemon=True).start()
        subscription = Subscription(staff, receiver.url, options.types.split(","))
        receiver.secret = subscription.secret
        try:
            to = f", passed on to {options.url}" if options.url else ""
            console.print(f"Webhooks of {endpoints.api_url}{to}. Their secret: {subscription.secret}", soft_wrap=True)
            console.print("Ctrl-C ends it; `make trigger EVENT=…` makes an event.", soft_wrap=True)
            over.wait()
        finally:
            subscription.end()
            receiver.shutdown()
    console.print("The subscription is gone.")


if __name__ == "__main__":
    main()
