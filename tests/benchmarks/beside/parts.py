"""`make benchmark-parts`: which process of a build spends what a booking costs.

Milliseconds of processor time of each booking, by program and by function, with what each takes at rest subtracted; the
memory that the system has right after the last of them, and the most that it had meanwhile.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.beside.build import Build
from tests.benchmarks.beside.meter import Peak
from tests.benchmarks.beside.work import Work
from tests.benchmarks.table import figures_table

LEAST = 0.05
"""Milliseconds below which a part is not worth a line."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.beside.parts", description=__doc__)
    parser.add_argument("--commit", default="", help="an older build (this one)")
    parser.add_argument("--bookings", type=int, default=100)
    parser.add_argument("--paid", action="store_true", help="they are paid, too")
    parser.add_argument("--rest", type=float, default=20, help="how long it is looked at while at rest (s)")
    parser.add_argument("--parameters", type=json.loads, default={}, help='of the template: \'{"Connectors": ""}\'')
    parser.add_argument("--builds", type=Path, default=Path(tempfile.gettempdir()) / "cyclorama-builds")
    options = parser.parse_args()
    build = Build.of(options.commit, options.builds) if options.commit else Build.here()
    with tempfile.TemporaryDirectory() as state, build.running(Path(state), options.parameters) as running:
        work, parts = Work(running.endpoints), running.tree.parts
        for booking in work.book(20):
            work.pay(booking)
        work.drained()
        rest = _spent(parts, lambda: time.sleep(options.rest))
        with Peak(running.tree) as peak:
            begin = time.monotonic()
            spent = _spent(parts, lambda: _book(work, options.bookings, options.paid))
            elapsed = time.monotonic() - begin
        memory, size = running.tree.memory(), running.tree.size()
    idle = {part: seconds / options.rest for part, seconds in rest.items()}
    each = {part: (spent[part] - idle.get(part, 0) * elapsed) / options.bookings for part in spent}
    console = Console()
    console.print(_table(build.name, each, idle))
    console.print(f"{memory:.0f} MiB (PSS) in {size} processes; drained after {elapsed:.0f} s")
    console.print(f"{peak.memory:.0f} MiB in {peak.size} processes at most, looked at each second")


def _book(work: Work, count: int, paid: bool) -> None:
    for booking in work.book(count):
        if paid:
            work.pay(booking)
    work.drained()


def _spent(parts: Callable[[], dict[str, float]], do: Callable[[], object]) -> dict[str, float]:
    before = parts()
    do()
    after = parts()
    # What has ended is its parent's from then on, and no more its own.
    return {part: after.get(part, 0) - before.get(part, 0) for part in before.keys() | after.keys()}


def _table(name: str, each: Mapping[str, float], idle: Mapping[str, float]) -> Table:
    table = figures_table(f"{name}: a booking by process", ("ms of processor", "at rest, % of a core"))
    for part, seconds in sorted(each.items(), key=lambda item: -item[1]):
        if max(abs(1000 * seconds), 100 * idle.get(part, 0)) > LEAST:
            table.add_row(part, f"{1000 * seconds:.2f}", f"{100 * idle.get(part, 0):.2f}")
    table.add_row("all", f"{1000 * sum(each.values()):.1f}", f"{100 * sum(idle.values()):.1f}")
    return table


if __name__ == "__main__":
    main()
