"""`make benchmark-cold`: processor time of a cold start of every function that a person waits for, beside an older
build.

Both builds are what Lambda has of them: compiled for their own Python, with their own layers, in folders that nobody
writes to. They start in turns, with the variables of their own templates. Until a handler is imported is what
Lambda calls its initialisation; until it has answered comes on top what its first request needs, up to the database,
at which nobody listens. The client of Lambda's runtime, which is the same for all, is not in it. "Restored" is what a
copy of a snapshot (SnapStart) still does until it has answered, without the restoring itself, which is AWS's.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from rich.console import Console
from rich.table import Table

from tests.benchmarks.cold.artefact import ON_DEMAND, RESTORED, ROOT, Artefact
from tests.benchmarks.table import figures_table

PROGRAM = Path(__file__).with_name("start.py")
EVENTS = ROOT / "events"
PAGE = "https://studio.example/booking/paid"
# Routes that both builds have, the dearest of each service at its first request.
REQUESTS = {
    "GatewayApi": ("POST", "/v1/tokens", {"email": "anna@example.test", "password": "correct horse battery"}),
    "BookingApi": ("POST", "/v1/bookings", None),
    "PaymentApi": (
        "POST",
        "/v1/payments",
        {"booking_id": str(UUID(int=1)), "provider": "yookassa", "return_url": PAGE},
    ),
    "IntegrationApi": ("GET", "/v1/events", None),
    "NotificationApi": ("GET", "/v1/notifications", None),
}
SAMPLES = {"Authorizer": "apigateway_authorizer", "PaymentWebhooks": "function_url_yookassa_webhook"}
# On the libraries alone, beside `start.py`.
NOTHING = "nothing of ours"
MOST, HALVED, PART = 450, ("BookingApi", "PaymentApi", "IntegrationApi"), 0.5
"""What is promised: milliseconds for each, and for those the part of what they took at 90af1c8."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cold", description=__doc__)
    parser.add_argument("--commit", default="90af1c8", help="the older build (%(default)s)")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--builds", type=Path, default=Path(tempfile.gettempdir()) / "cyclorama-artefacts")
    options = parser.parse_args()
    builds = [Artefact.of(name, options.builds) for name in (options.commit, "")]
    with tempfile.TemporaryDirectory() as place:
        events = dict(_events(Path(place)))
        Console().print(_table(builds, events, options.turns))


def _events(place: Path) -> Iterator[tuple[str, Path]]:
    """What each function is asked first."""
    request = json.loads((EVENTS / "apigateway_create_booking.json").read_text(encoding="utf-8"))
    for name, (method, path, body) in REQUESTS.items():
        caller = request["requestContext"]["authorizer"] | {"role": "client" if method == "POST" else "admin"}
        context = request["requestContext"] | {"httpMethod": method, "resourcePath": path, "authorizer": caller}
        said = request["body"] if path == "/v1/bookings" else json.dumps(body) if body else None
        event = request | {
            "httpMethod": method,
            "resource": path,
            "path": path,
            "body": said,
            "requestContext": context,
        }
        written = place / f"{name}.json"
        written.write_text(json.dumps(event), encoding="utf-8")
        yield name, written
    yield from ((name, EVENTS / f"{sample}.json") for name, sample in SAMPLES.items())
    yield NOTHING, EVENTS / "schedule_reminders.json"


def _table(builds: Sequence[Artefact], events: Mapping[str, Path], turns: int) -> Table:
    old, now = (build.name for build in builds)
    columns = [f"{name} {stage}" for stage in ("imported", "answered") for name in (old, now, "ratio")]
    table = figures_table("Milliseconds of processor time until a function is", (*columns, "restored", "holds"))
    for name, event in events.items():
        starts = _starts(builds, name, event, turns, ON_DEMAND)
        (restored,) = _starts(builds[1:], name, event, turns, RESTORED)
        cells: list[str] = []
        for stage in ("imported", "answered"):
            before, after = (statistics.median(each[stage] for each in made) for made in starts)
            cells += [f"{before:.0f}", f"{after:.0f}", f"{after / before:.2f}"]
        left = statistics.median(each["answered"] - each["imported"] for each in restored)
        table.add_row(
            f"{name} ({', '.join(str(made[0]['answer']) for made in starts)})",
            *cells,
            f"{left:.0f}",
            _verdict(name, cells),
        )
    return table


def _starts(builds: Sequence[Artefact], name: str, event: Path, turns: int, kind: str) -> list[list[dict[str, Any]]]:
    """Of each build those that are counted: the first fills the caches of the disk."""
    functions = [build.function(name, "framework.handler" if name == NOTHING else "") for build in builds]
    made: list[list[dict[str, Any]]] = [[] for _ in builds]
    for turn in range(turns + 1):
        for found, build, function in zip(made, builds, functions, strict=True):
            start = build.start(PROGRAM, function, event, kind)
            found.extend([start] if turn else [])
    return made


def _verdict(name: str, cells: Sequence[str]) -> str:
    """Whether what is promised holds, of what is imported."""
    _, now, ratio = cells[:3]
    kept = [float(now) <= MOST, float(ratio) <= PART] if name in HALVED else [float(now) <= MOST]
    return " ".join("yes" if each else "no" for each in kept)


if __name__ == "__main__":
    main()
