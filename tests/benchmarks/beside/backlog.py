"""`make benchmark-backlog`: what draining a backlog of events costs, by this build and by an older one.

The feeder is held while events of a type that only the log and the webhooks take are published; then it is let go.
"""

import argparse
import json
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from rich.console import Console

from infra.local.machine.aws import local_client
from tests.benchmarks.beside.build import ROOT, Build, Running
from tests.benchmarks.beside.work import Work
from tests.benchmarks.table import figures_table

FEEDER = "infra.local.sources"
BATCH = 10


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.beside.backlog", description=__doc__)
    parser.add_argument("--commit", default="90af1c8", help="the older build (%(default)s)")
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--builds", type=Path, default=Path(tempfile.gettempdir()) / "cyclorama-builds")
    options = parser.parse_args()
    table = figures_table(f"A backlog of {options.events} events", ("events a second", "ms of processor each"))
    for build in (Build.of(options.commit, options.builds), Build.here()):
        with tempfile.TemporaryDirectory() as state, build.running(Path(state)) as running:
            work = Work(running.endpoints)
            work.drained()
            with held(running):
                _publish(running.endpoints["aws_endpoint"], options.events)
                before = running.tree.seconds()
            begin = time.monotonic()
            work.drained()
            elapsed = time.monotonic() - begin
            spent = running.tree.seconds() - before
        table.add_row(build.name, f"{options.events / elapsed:.1f}", f"{1000 * spent / options.events:.2f}")
    Console().print(table)


@contextmanager
def held(running: Running) -> Iterator[None]:
    """Nothing is fed to any function until the block ends."""
    feeders = running.tree.named(FEEDER)
    for feeder in feeders:
        feeder.send_signal(signal.SIGSTOP)
    yield
    for feeder in feeders:
        feeder.send_signal(signal.SIGCONT)


def _publish(endpoint: str, count: int) -> None:
    events = local_client("events", endpoint)
    sample = json.loads((ROOT / "events" / "eventbridge_booking_created.json").read_text(encoding="utf-8"))["detail"]
    for _ in range(0, count, BATCH):
        events.put_events(Entries=[_entry(sample) for _ in range(BATCH)])


def _entry(sample: dict[str, Any]) -> dict[str, str]:
    kind = "benchmark.happened"
    detail = json.dumps({**sample, "id": str(uuid4()), "type": kind})
    return {"EventBusName": "cyclorama", "Source": "cyclorama.booking", "DetailType": kind, "Detail": detail}


if __name__ == "__main__":
    main()
