"""`make benchmark-beside COMMIT=90af1c8`: this build beside an older one, in turns, on the same machine.

The ratios count, not the figures: other things run on the machine, too. Processor time is what both builds took of it,
with what they take when idle subtracted.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.benchmarks import requests
from tests.benchmarks.beside.build import Build, Running
from tests.benchmarks.beside.work import CLIENTS, HALLS, Work
from tests.benchmarks.table import figures_table

Figures = dict[str, list[float]]
Say = Callable[[str], None]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.beside", description=__doc__)
    parser.add_argument("--commit", default="90af1c8", help="the older build (%(default)s)")
    parser.add_argument("--turns", type=int, default=2, help="how often each build is measured")
    parser.add_argument("--bookings", type=int, default=100, help="how many bookings a turn makes")
    parser.add_argument("--seconds", type=float, default=5, help="how long each load and each rest lasts")
    parser.add_argument("--builds", type=Path, default=Path(tempfile.gettempdir()) / "cyclorama-builds")
    options = parser.parse_args()
    console = Console()
    with console.status("Installing the older build …") as status:
        builds = [Build.of(options.commit, options.builds), Build.here()]
        found: dict[str, Figures] = {build.name: defaultdict(list) for build in builds}
        for turn in range(options.turns):
            for build in builds:
                place = f"{build.name}, turn {turn + 1} of {options.turns}"

                def say(what: str, place: str = place) -> None:
                    status.update(f"{place}: {what} …")

                with tempfile.TemporaryDirectory() as state:
                    for name, figure in _turn(build, Path(state), options.bookings, options.seconds, say).items():
                        found[build.name][name].append(figure)
    console.print(_table([build.name for build in builds], found))


def _turn(build: Build, state: Path, bookings: int, seconds: float, say: Say) -> Mapping[str, float]:
    say("its first start")
    with build.running(state):
        pass
    say("its second start")
    with build.running(state) as running:
        figures = {"ready after the second start, s": running.started_in} | _measured(running, bookings, seconds, say)
        begin = time.monotonic()
    return figures | {"full stop, s": time.monotonic() - begin}


def _measured(running: Running, bookings: int, seconds: float, say: Say) -> dict[str, float]:
    say(f"{HALLS} halls")
    work, tree = Work(running.endpoints), running.tree
    for booking in work.book(10):
        work.pay(booking)
    work.drained()
    say("at rest")
    idle = _spent(tree.seconds, lambda: time.sleep(4 * seconds)) / (4 * seconds)
    say(f"{bookings} bookings")
    one = _each(work, tree.seconds, idle, bookings, lambda _booking: None)
    say(f"{bookings // 4} bookings, paid")
    paid = _each(work, tree.seconds, idle, bookings // 4, work.pay)
    figures = {
        "idle, % of a core": 100 * idle,
        "a booking, ms of processor": one,
        "a paid booking, ms of processor": paid,
    }
    say("a week of all halls")
    work.week()
    figures[f"a week of {HALLS} halls, ms"] = median(work.week() for _ in range(3))
    say("a day of a hall")
    figures[f"days of a hall a second, {CLIENTS} clients"] = work.loaded(requests.day(work.halls[0]), seconds)
    say("bookings by several clients")
    figures[f"bookings a second, {CLIENTS} clients"] = work.loaded(requests.booking(work.halls[:CLIENTS]), seconds)
    work.drained()
    say("a race")
    figures["race of 16, p99 ms"] = work.race(20)
    return figures | {"memory, MiB (PSS)": tree.memory(), "processes": tree.size()}


def _each(
    work: Work, spent: Callable[[], float], idle: float, count: int, then: Callable[[dict[str, Any]], None]
) -> float:
    """Milliseconds of processor for each booking until its whole pipeline is drained."""
    begin = time.monotonic()

    def do() -> None:
        for booking in work.book(count):
            then(booking)
        work.drained()

    took = _spent(spent, do)
    elapsed = time.monotonic() - begin
    return 1000 * (took - idle * elapsed) / count


def _spent(seconds: Callable[[], float], do: Callable[[], object]) -> float:
    before = seconds()
    do()
    return seconds() - before


def _table(names: Sequence[str], found: Mapping[str, Figures]) -> Table:
    table = figures_table("This build beside an older one", (*names, "ratio"))
    old, new = (found[name] for name in names)
    for measure, figures in old.items():
        was, now = median(figures), median(new[measure])
        table.add_row(measure, f"{was:.1f}", f"{now:.1f}", f"{now / was:.2f}" if was else "–")
    return table


if __name__ == "__main__":
    main()
