"""`make benchmark-scaling`: what the model of growth says of this machine, beside what a running system does.

At a moderate rate the system is watched: what a booking takes of the processors, until its pipeline is drained, and how
long its client waits. From that, the model says what happens at a higher rate, and at how many bookings a second
the machine is full. Both are then tried. The clients run on the same machine and count as part of the system.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any
from uuid import uuid4

import urllib3
from rich.console import Console

from infra.local.client import TIMEOUT, Client
from infra.scaling.parts import local_machine
from infra.scaling.simulation import simulate
from tests.benchmarks.beside.build import Build, Running
from tests.benchmarks.beside.work import CLIENTS, LOOK_SECONDS, QUIET, Work
from tests.benchmarks.table import figures_table

AT_ONCE, WARM = 32, 40
# Of what the machine can do by the model: at which it is watched, and at which it is compared.
MODERATE, HIGHER = 0.15, 0.6
# What CRMs and chats take in a second is no matter of this machine.
ALONE = {"Connectors": "webhooks"}
# How long the model is simulated, which takes a second.
MODELLED_SECONDS = 2000


@dataclass(frozen=True)
class Seen:
    """What some bookings took: seconds that a client waited on average, of processor time each, until all were made,
    and until all that follows was done."""

    waited: float
    taken: float
    made: float
    drained: float


class Bookings:
    """Clients of one system; no two of their bookings want the same hour."""

    def __init__(self, running: Running, work: Work, seed: int) -> None:
        self._running, self._work = running, work
        pool = urllib3.PoolManager(timeout=TIMEOUT, retries=False, maxsize=AT_ONCE)
        self._client = Client(work.api_url, work.client.token, pool=pool)
        self._hours = self._free_hours(work.halls[CLIENTS + 1 :])
        self._chance = random.Random(seed)
        self._idle = 0.0

    def rest(self, seconds: float) -> None:
        """See what the system takes by itself."""
        before = self._spent()
        time.sleep(seconds)
        self._idle = (self._spent() - before) / seconds

    def made(self, count: int, rate: float | None = None) -> Seen:
        """So many bookings: by chance so many a second, or of clients that each begin one when the last is made."""
        begin, before = time.monotonic(), self._spent()
        with ThreadPoolExecutor(AT_ONCE if rate else CLIENTS) as clients:
            waits = [clients.submit(self._book, next(self._hours)) for _ in self._arrivals(count, rate)]
            told = [each.result() for each in waits]
            made = time.monotonic() - begin
        self._work.drained()
        elapsed = time.monotonic() - begin
        taken = (self._spent() - before - self._idle * elapsed) / count
        # Nothing has waited any more in the last looks at the queues.
        return Seen(fmean(told), taken, made, elapsed - QUIET * LOOK_SECONDS)

    def _arrivals(self, count: int, rate: float | None) -> Iterator[None]:
        for _ in range(count):
            if rate:
                time.sleep(self._chance.expovariate(rate))
            yield

    def _book(self, hour: dict[str, Any]) -> float:
        begin = time.perf_counter()
        self._client.post("/v1/bookings", hour, Idempotency_Key=str(uuid4()))
        return time.perf_counter() - begin

    def _spent(self) -> float:
        return self._running.tree.seconds() + time.process_time()

    def _free_hours(self, halls: list[str]) -> Iterator[dict[str, Any]]:
        day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=200)
        for number in range(24 * 100):
            start = day + timedelta(hours=number)
            end = (start + timedelta(hours=1)).isoformat()
            yield from ({"hall_id": hall, "start": start.isoformat(), "end": end, "people": 1} for hall in halls)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.scaling", description=__doc__)
    parser.add_argument("--bookings", type=int, default=120, help="at the moderate rate (%(default)s); above it more")
    parser.add_argument("--rest", type=float, default=15, help="how long it is looked at while at rest (s)")
    parser.add_argument("--seed", type=int, default=20261201)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as state, Build.here().running(Path(state), ALONE) as running:
        bookings = Bookings(running, Work(running.endpoints), options.seed)
        bookings.made(WARM)
        bookings.rest(options.rest)
        _compare(bookings, options.bookings, options.seed, Console())


def _compare(bookings: Bookings, count: int, seed: int, console: Console) -> None:
    processors = os.cpu_count() or 1
    [guessed] = local_machine(processors)
    calm = bookings.made(count, MODERATE * guessed.most)
    [model] = local_machine(processors, calm.taken)
    rate = HIGHER * model.most
    [said] = simulate([model], rate, MODELLED_SECONDS, seed)
    busy, full = bookings.made(2 * count, rate), bookings.made(5 * count)
    table = figures_table("The model beside a running system", ("model", "measured", "ratio"))
    for name, told, seen in (
        ("bookings a second that are made when it is full", model.most, 5 * count / full.made),
        ("… with all that follows", model.most, 5 * count / full.drained),
        (f"processor time of a booking at {rate:.1f} a second, ms", 1000 * calm.taken, 1000 * busy.taken),
        ("processor time of a booking when full, ms", 1000 * calm.taken, 1000 * full.taken),
        (
            f"a client's wait for its turn at {rate:.1f} a second, ms",
            1000 * said.mean,
            1000 * (busy.waited - calm.waited),
        ),
    ):
        table.add_row(name, f"{told:.1f}", f"{seen:.1f}", f"{seen / told:.2f}")
    console.print(f"[dim]{processors} processors; watched at {MODERATE * guessed.most:.1f} a second[/dim]")
    console.print(table)


if __name__ == "__main__":
    main()
