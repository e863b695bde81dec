"""`make benchmark-calls`: Lambda invocations, requests to SQS and calls of PutEvents that a paid booking comes to, by
this build and by an older one, with what comes without any booking subtracted, but for polls of queues."""

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console

from tests.benchmarks.beside.build import Build
from tests.benchmarks.beside.tally import Invocations, Relay, relayed_broker
from tests.benchmarks.beside.work import Work
from tests.benchmarks.table import figures_table

INVOCATIONS, SQS, PUBLISHED = "Lambda invocations", "AmazonSQS.", "AWSEvents.PutEvents"
POLLS = "AmazonSQS.ReceiveMessage"
# What the benchmark itself asks, to see that nothing waits.
OWN = {"AmazonSQS.GetQueueAttributes", "AmazonSQS.ListQueues"}
LEAST = 0.005
"""Requests of a booking below which an action is not worth a line."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.beside.calls", description=__doc__)
    parser.add_argument("--commit", default="90af1c8", help="the older build (%(default)s)")
    parser.add_argument("--bookings", type=int, default=100)
    parser.add_argument("--pause", type=float, default=0, help="seconds between two bookings")
    parser.add_argument("--rest", type=float, default=60, help="how long it is looked at while at rest (s)")
    parser.add_argument("--builds", type=Path, default=Path(tempfile.gettempdir()) / "cyclorama-builds")
    options = parser.parse_args()
    builds = (Build.of(options.commit, options.builds), Build.here())
    found = [_calls(build, options) for build in builds]
    table = figures_table("A paid booking comes to", (*(build.name for build in builds), "ratio"))
    for name in sorted({name for counts in found for name in counts}):
        old, new = (counts.get(name, 0) for counts in found)
        if max(old, new) > LEAST:
            table.add_row(name, f"{old:.2f}", f"{new:.2f}", f"{new / old:.2f}" if old > LEAST else "–")
    Console().print(table)


def _calls(build: Build, options: argparse.Namespace) -> dict[str, float]:
    with (
        tempfile.TemporaryDirectory() as place,
        relayed_broker(Path(place) / "broker") as (endpoint, relay),
        build.running(Path(place) / "state", options={"AWS_ENDPOINT_URL": endpoint}) as running,
        Invocations(str(running.endpoints["lambda_endpoint"])) as invocations,
    ):
        work = Work(running.endpoints)
        _book(work, 20, 0)
        rest, _ = _counted(relay, invocations, lambda: time.sleep(options.rest))
        counts, elapsed = _counted(relay, invocations, lambda: _book(work, options.bookings, options.pause))
    # Who is busy does not poll meanwhile, so that polls at rest say nothing of those.
    usual = {name: rest[name] * elapsed / options.rest for name in counts if name != POLLS}
    each = {name: (count - usual.get(name, 0)) / options.bookings for name, count in counts.items()}
    return each | {f"{name}, a minute at rest": 60 * count / options.rest for name, count in rest.items()}


def _counted(relay: Relay, invocations: Invocations, do: Callable[[], None]) -> tuple[Mapping[str, int], float]:
    """What comes meanwhile, and how long it takes (s)."""

    def now() -> Counter[str]:
        told = {name: count for name, count in relay.actions.items() if name not in OWN}
        queues = {name: count for name, count in told.items() if name.startswith(SQS) or name == PUBLISHED}
        return Counter(queues | {INVOCATIONS: invocations.count()})

    before, begin = now(), time.monotonic()
    do()
    after = now()
    return after - before, time.monotonic() - begin


def _book(work: Work, count: int, pause: float) -> None:
    for _ in range(count):
        for booking in work.book(1):
            work.pay(booking)
        time.sleep(pause)
    work.drained()


if __name__ == "__main__":
    main()
