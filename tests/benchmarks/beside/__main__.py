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
from typing import Any, TypeVar

from rich.console import Console
from rich.table import Table

from tests.benchmarks import requests
from tests.benchmarks.beside.build import Build, Running
from tests.benchmarks.beside.meter import Tree
from tests.benchmarks.beside.work import CLIENTS, HALLS, Work
from tests.benchmarks.race import RACERS
from tests.benchmarks.table import figures_table

Figures = dict[str, list[float]]
Say = Callable[[str], None]
T = TypeVar("T")
WEEKS, ROUNDS = 11, 20


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.beside", description=__doc__)
    parser.add_argument("--commit", default="90af1c8", help="the older build (%(default)s)")
    parser.add_argument("--turns", type=int, default=2, help="how often each build is measured")
    parser.add_argument("--bookings", type=int, default=100, help="how many bookings a turn makes")
    parser.add_argument("--seconds", type=float, default=5, help="how long each load and each rest lasts")
    parser.add_argument("--reads", action="store_true", help="only free time, and the race for it")
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
                    bookings = 0 if options.reads else options.bookings
                    for name, figure in _turn(build, Path(state), bookings, options.seconds, say).items():
                        found[build.name][name].append(figure)
    console.print(_table([build.name for build in builds], found))


def _turn(build: Build, state: Path, bookings: int, seconds: float, say: Say) -> Mapping[str, float]:
    say("its first start")
    if bookings:
        with build.running(state):
            pass
    with build.running(state) as running:
        start = "second" if bookings else "first"
        figures = {f"ready after the {start} start, s": running.started_in}
        figures |= _measured(running, bookings, seconds, say)
        begin = time.monotonic()
    return figures | {"full stop, s": time.monotonic() - begin}


def _measured(running: Running, bookings: int, seconds: float, say: Say) -> dict[str, float]:
    say(f"{HALLS} halls")
    work, tree = Work(running.endpoints), running.tree
    if bookings:
        for booking in work.book(10):
            work.pay(booking)
        work.drained()
    say("at rest")
    cost = Cost(tree, 4 * seconds)
    figures = {"idle, % of a core": 100 * cost.idle}
    if bookings:
        figures |= _bookings(work, cost, bookings, say)
    figures |= _free_time(work, cost, seconds, say)
    return figures | {"memory, MiB (PSS)": tree.memory(), "processes": tree.size()}


class Cost:
    """Processor time of a tree of processes, without what it takes at rest."""

    def __init__(self, tree: Tree, rest: float) -> None:
        """At rest for so many seconds."""
        self._tree = tree
        self.idle = 0.0
        self.idle = self.of(lambda: time.sleep(rest))[0] / rest / 1000

    def of(self, do: Callable[[], T]) -> tuple[float, T]:
        """Milliseconds that something takes, and what it gives."""
        begin, before = time.monotonic(), self._tree.seconds()
        found = do()
        took = self._tree.seconds() - before
        return 1000 * (took - self.idle * (time.monotonic() - begin)), found


def _bookings(work: Work, cost: Cost, bookings: int, say: Say) -> dict[str, float]:
    """Each until its whole pipeline is drained."""

    def do(count: int, then: Callable[[dict[str, Any]], None]) -> float:
        def flow() -> None:
            for booking in work.book(count):
                then(booking)
            work.drained()

        return cost.of(flow)[0] / count

    say(f"{bookings} bookings")
    one = do(bookings, lambda _booking: None)
    say(f"{bookings // 4} bookings, paid")
    return {"a booking, ms of processor": one, "a paid booking, ms of processor": do(bookings // 4, work.pay)}


def _free_time(work: Work, cost: Cost, seconds: float, say: Say) -> dict[str, float]:
    """Reading it, and getting it: how long that takes, and what it costs."""
    say("a week of all halls")
    work.week()
    weeks_cost, weeks = cost.of(lambda: [work.week() for _ in range(WEEKS)])
    say("a day of a hall")
    days_cost, days = cost.of(lambda: work.loaded(requests.day(work.halls[0]), seconds))
    say("a race")
    work.race(ROUNDS)  # So that there are as many processes as racers.
    race_cost, race = cost.of(lambda: work.race(ROUNDS, first=ROUNDS))
    # At the end: an older build takes many minutes to work off what this leaves in its queues.
    say("bookings by several clients")
    booked = work.loaded(requests.booking(work.halls[:CLIENTS]), seconds)
    return {
        f"a week of {HALLS} halls, ms": median(weeks),
        f"a week of {HALLS} halls, ms of processor": weeks_cost / WEEKS,
        f"days of a hall a second, {CLIENTS} clients": days,
        "a day of a hall, ms of processor": days_cost / (days * seconds),
        "race of 16, p99 ms": race,
        "a racer, ms of processor": race_cost / ROUNDS / RACERS,
        f"bookings a second, {CLIENTS} clients": booked,
    }


def _table(names: Sequence[str], found: Mapping[str, Figures]) -> Table:
    table = figures_table("This build beside an older one", (*names, "ratio"))
    old, new = (found[name] for name in names)
    for measure, figures in old.items():
        was, now = median(figures), median(new[measure])
        table.add_row(measure, f"{was:.1f}", f"{now:.1f}", f"{now / was:.2f}" if was else "–")
    return table


if __name__ == "__main__":
    main()
