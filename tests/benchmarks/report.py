"""Progress while measuring, and the table that is left."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.benchmarks.load import Load
from tests.benchmarks.pgbench import Floor
from tests.benchmarks.race import Race
from tests.benchmarks.table import figures_table

BUDGET_STYLE = {True: "green", False: "yellow"}
FIGURES = ("clients", "pgbench ms", "p50 ms", "p99 ms", "ratio", "pgbench /s", "ours /s")


class Report:
    """Prints one table for each number of bookings."""

    def __init__(self, console: Console) -> None:
        self._console = console
        columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
        self._progress = Progress(*columns, console=console, transient=True)
        self._task = self._progress.add_task("", total=None)
        self._table = Table()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, bookings: int) -> None:
        """A new table."""
        self._table = figures_table(f"{bookings:,} live bookings", FIGURES)

    def now(self, what: str) -> None:
        """Say what is being done."""
        self._progress.reset(self._task, description=what)

    def add(self, name: str, clients: int, ours: Load, floor: Floor, budget: float | None = None) -> None:
        """One measurement beside its floor; a ratio within its budget is green."""
        ratio = ours.p50_ms / floor.latency_ms
        shown = f"{ratio:.1f}"
        if budget is not None:
            shown = f"[{BUDGET_STYLE[ratio <= budget]}]{ratio:.1f} of {budget:g}[/]"
        failed = f" ({ours.failures} failed)" if ours.failures else ""
        figures = (f"{floor.latency_ms:.2f}", f"{ours.p50_ms:.2f}", f"{ours.p99_ms:.2f}", shown)
        rates = (f"{floor.per_second:.0f}", f"{ours.per_second:.0f}{failed}")
        self._table.add_row(name, str(clients), *figures, *rates)

    def add_race(self, clients: int, race: Race) -> None:
        """How the race ended."""
        lost = sum(winners != 1 for winners in race.winners)
        verdict = "one winner each" if not lost else f"[red]{lost} without one winner[/]"
        name = f"race for one slot, {len(race.winners)} rounds: {verdict}"
        self._table.add_row(name, str(clients), "", f"{race.p50_ms:.2f}", f"{race.p99_ms:.2f}", "", "", "")

    def end(self) -> None:
        """Print the table."""
        self._console.print(self._table)
