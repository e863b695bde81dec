"""`make benchmark`: what a request costs beside what its SQL costs in pgbench, from 10 thousand to 1 million bookings.

Starts a system of its own on free ports. The ratio to pgbench is what counts, not the milliseconds.
"""

import argparse
import tempfile
from pathlib import Path

from rich.console import Console

from tests.benchmarks.report import Report
from tests.benchmarks.run import Benchmark
from tests.support.system.whole import running_system

SIZES = (10_000, 100_000, 1_000_000)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--bookings", type=int, nargs="+", default=SIZES, help="how many live bookings (%(default)s)")
    parser.add_argument("--seconds", type=int, default=5, help="how long each measurement takes")
    parser.add_argument("--rounds", type=int, default=50, help="how often sixteen clients race for one slot")
    options = parser.parse_args()
    console = Console()
    with (
        tempfile.TemporaryDirectory() as directory,
        console.status("Starting a system …"),
        running_system(Path(directory) / "state") as system,
        Report(console) as report,
    ):
        benchmark = Benchmark(system, options.seconds, options.rounds, report)
        for bookings in options.bookings:
            benchmark.run(bookings)


if __name__ == "__main__":
    main()
