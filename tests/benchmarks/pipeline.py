"""`make benchmark-pipeline`: how long an event takes to become a message, and how that grows with a backlog.

From the moment of a `booking.created` to its mail handed over, in the system's own clock. The consumers, the broker and
the clients share the machine, as they do on any one machine.
"""

import argparse
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import quantiles

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, text

from tests.benchmarks import load, requests
from tests.benchmarks.run import make_hall
from tests.benchmarks.table import figures_table
from tests.support.system.whole import System, running_system
from tests.support.waiting import eventually

CLIENTS = 8
BUDGET_MS = 300
COLUMNS = ("events", "p50 ms", "p95 ms", "p99 ms", "events /s")
LAGS = text("""
    SELECT extract(epoch FROM n.sent_at - e.time) * 1000 AS lag, n.sent_at
    FROM integration.events e JOIN notification.notifications n ON n.causation_id = e.id::text AND n.channel = 'email'
    WHERE e.type = 'booking.created' AND e.time >= :since AND n.sent_at IS NOT NULL
""")
LOGGED = text("SELECT count(*) FROM integration.events WHERE received_at >= :since")
NOW = text("SELECT now()")


@dataclass
class Pipeline:
    """A running system, what it is asked, and the table that is left; its events are all that were logged meanwhile."""

    system: System
    engine: Engine
    token: str
    make: requests.Make
    table: Table
    _continued: datetime = field(init=False)

    def steady(self, count: int, pause: float) -> None:
        """One booking now and then."""
        with self._measured(f"a booking every {pause * 1000:.0f} ms", budget=BUDGET_MS) as since:
            following = self.make(0)
            connection = load.Connection(self.system.api_url)
            for _ in range(count):
                connection.send(connection.compose(following(), self.token))
                time.sleep(pause)
            connection.close()
            self._drained(since, count)

    def flat_out(self, seconds: float) -> None:
        """As many bookings as the clients can make."""
        with self._measured(f"{CLIENTS} clients as fast as they can") as since:
            self._drained(since, self._book(seconds))

    def backlog(self, seconds: float) -> None:
        """Consumers stand still while bookings are made, and then catch up."""
        with self._measured("", backlog=True) as since:
            with self._paused():
                made = self._book(seconds)
            self._drained(since, made)

    def _book(self, seconds: float) -> int:
        found = load.measure(self.system.api_url, [self.token], self.make, CLIENTS, seconds)
        return round(found.per_second * seconds)

    @contextmanager
    def _measured(self, name: str, *, budget: float | None = None, backlog: bool = False) -> Iterator[datetime]:
        with self.engine.connect() as connection:
            since = connection.execute(NOW).scalar_one()
        yield since
        with self.engine.connect() as connection:
            rows = connection.execute(LAGS, {"since": since}).all()
            logged = connection.execute(LOGGED, {"since": since}).scalar_one()
        lags = [float(row.lag) for row in rows]
        # Of a backlog, what counts is how fast it is worked off: from the moment the consumers may go on.
        begin = max(since, self._continued) if backlog else since
        took = (max(row.sent_at for row in rows) - begin).total_seconds()
        cuts = quantiles(lags, n=100)
        p95 = f"{cuts[94]:.0f}" + (f" of {budget:.0f}" if budget else "")
        label = f"a backlog of {len(rows)} bookings" if backlog else name
        self.table.add_row(label, str(logged), f"{cuts[49]:.0f}", p95, f"{cuts[98]:.0f}", f"{logged / took:.0f}")

    def _drained(self, since: datetime, count: int) -> None:
        """Wait until every booking's mail has left."""

        def sent() -> bool:
            with self.engine.connect() as connection:
                return len(connection.execute(LAGS, {"since": since}).all()) >= count

        eventually(sent, patience=600)

    @contextmanager
    def _paused(self) -> Iterator[None]:
        """The process that feeds functions from their queues stands still."""
        pid = int((self.system.local.state / "queues.pid").read_text())
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)
            with self.engine.connect() as connection:
                self._continued = connection.execute(NOW).scalar_one()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.pipeline", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="how long bookings are made at full speed")
    parser.add_argument("--backlogs", type=float, nargs="*", default=(1, 4, 16), help="seconds of bookings to pile up")
    options = parser.parse_args()
    console = Console()
    with (
        tempfile.TemporaryDirectory() as directory,
        console.status("Starting a system …") as status,
        running_system(Path(directory) / "state") as system,
        system.database() as engine,
    ):
        table = figures_table("From a booking to its mail", COLUMNS)
        pipeline = Pipeline(system, engine, *_clients(system), table)
        status.update("one booking at a time …")
        pipeline.steady(200, 0.1)
        status.update("as fast as possible …")
        pipeline.flat_out(options.seconds)
        for seconds in options.backlogs:
            status.update(f"a backlog of {seconds:g} s …")
            pipeline.backlog(seconds)
    console.print(table)


def _clients(system: System) -> tuple[str, requests.Make]:
    halls = [make_hall(system, number) for number in range(CLIENTS)]
    price = {"amount": 150_000, "currency": "RUB"}
    system.manager.post("/v1/tariffs", {"name": "Benchmark", "price_per_hour": price, "priority": 100})
    return system.customer().api.token or "", requests.booking(halls)


if __name__ == "__main__":
    main()
