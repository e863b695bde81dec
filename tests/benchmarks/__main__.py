"""`make benchmark`: availability and booking on port 5000 beside pgbench's figures for the same SQL.

Starts a system of its own on free ports. `--seconds` per measurement; the ratio is what counts, not the milliseconds.
"""

import argparse
import itertools
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Column, Table

from tests.benchmarks import load, pgbench
from tests.support.system import System, running_system

CLIENTS = 8
JSON = {"Content-Type": "application/json"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5)
    seconds = parser.parse_args().seconds
    console = Console()
    with tempfile.TemporaryDirectory() as directory, running_system(Path(directory) / "state") as system:
        halls = [make_hall(system, number) for number in range(CLIENTS)]
        figures = ("clients", "pgbench ms", "p50 ms", "p99 ms", "ratio", "pgbench /s", "ours /s")
        table = Table(Column("", no_wrap=True), *figures)
        for name, script, make in (
            ("a day of a hall", availability_sql(halls[0]), availability(system, halls[0])),
            ("a booking", pgbench.BOOKING.format(hall=halls[-1]), bookings(system, halls)),
        ):
            for clients in (1, CLIENTS):
                with console.status(f"{name}, {clients} clients …"):
                    table.add_row(name, str(clients), *measure(system, script, make, clients, seconds))
        console.print(table)


Make = Callable[[int], Callable[[], load.Request]]


def measure(system: System, script: str, make: Make, clients: int, seconds: int) -> list[str]:
    """One row: ours beside the floor."""
    ours = load.measure(system.api_url, make, clients, seconds)
    floor = pgbench.measure(system.endpoints.database_url, script, clients, seconds)
    figures = (floor.latency_ms, ours.p50_ms, ours.p99_ms, ours.p50_ms / floor.latency_ms)
    note = f" ({ours.failures} failed)" if ours.failures else ""
    return [*(f"{f:.2f}" for f in figures), f"{floor.per_second:.0f}", f"{ours.per_second:.0f}{note}"]


def make_hall(system: System, number: int) -> str:
    """A hall open round the clock, far into the future, with a price."""
    hours = [{"weekday": day, "opens": "00:00", "closes": "00:00"} for day in range(1, 8)]
    hall = {"name": f"Benchmark {number}", "capacity": 5, "opening_hours": hours, "horizon_days": 1100}
    hall_id = str(system.manager.post("/v1/halls", hall)["id"])
    price = {"amount": 150_000, "currency": "RUB"}
    system.manager.post("/v1/tariffs", {"hall_id": hall_id, "name": "Base", "price_per_hour": price})
    return hall_id


def availability_sql(hall: str) -> str:
    # pgbench takes the colon of a time for a variable, so the window is given by the day.
    day = datetime.now(UTC).date() + timedelta(days=30)
    script = pgbench.AVAILABILITY.format(hall=hall)
    return script.replace(":from", f"'{day - timedelta(days=2)}'").replace(":to", f"'{day + timedelta(days=4)}'")


def availability(system: System, hall: str) -> Make:
    day = datetime.now(UTC).date() + timedelta(days=30)
    path = f"/v1/halls/{hall}/availability?from={day}&to={day + timedelta(days=1)}&duration=60"
    headers = {"Authorization": f"Bearer {system.manager.token}"}

    def make(_: int) -> Callable[[], load.Request]:
        return lambda: ("GET", path, None, headers)

    return make


def bookings(system: System, halls: list[str]) -> Make:
    """Each client books hour after hour of a hall of its own."""
    headers = JSON | {"Authorization": f"Bearer {system.customer().api.token}"}
    begin = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    counters = [itertools.count() for _ in halls]

    def make(client: int) -> Callable[[], load.Request]:
        counter = itertools.count(next(counters[client]) * 5000)

        def following() -> load.Request:
            start = begin + timedelta(hours=next(counter))
            body: dict[str, Any] = {"hall_id": halls[client], "start": start.isoformat(), "people": 1}
            body["end"] = (start + timedelta(hours=1)).isoformat()
            return "POST", "/v1/bookings", load.json_body(body), headers

        return following

    return make


if __name__ == "__main__":
    main()
