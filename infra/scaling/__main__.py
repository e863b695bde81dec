"""`python -m infra.scaling`: what breaks first at so many bookings a second, and what to change."""

import argparse
from functools import partial
from math import inf

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from infra.local.machine.errors import TemplateError
from infra.local.template.limits import require_allowed
from infra.scaling.parts import TEMPLATE, parts_of
from infra.scaling.simulation import Watched, simulate

FULL, BUSY = 1.0, 0.7


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.scaling", description=__doc__)
    parser.add_argument("--rates", type=_above_zero, nargs="+", default=(10, 100, 1000), help="bookings a second")
    parser.add_argument("--seconds", type=_above_zero, default=30, help="how long they come")
    parser.add_argument("--database", default="db.t4g.micro", help="class of the database, a row of Connections")
    parser.add_argument("--proxy", action="store_true", help="functions share connections through RDS Proxy")
    parser.add_argument("--seed", type=int, default=20261201)
    options = parser.parse_args()
    console = Console()
    database = f"{options.database}{' behind RDS Proxy' if options.proxy else ''}"
    console.print(f"[dim]Seed {options.seed}, {database}, {options.seconds:g} s each[/dim]")
    try:
        require_allowed(TEMPLATE, {"DatabaseInstanceClass": options.database})
        parts = parts_of(options.database, proxied=options.proxy)
    except TemplateError as error:
        parser.error(str(error))
    for rate in options.rates:
        with Progress(console=console, transient=True) as progress:
            task = progress.add_task(f"{rate:g} a second", total=options.seconds)
            told = partial(progress.advance, task)
            watched = simulate(parts, rate, options.seconds, options.seed, told)
        console.print(_table(rate, watched))
        for each in _full(rate, watched):
            console.print(f"  [red]{each.part.name}[/red] is full: {each.part.change}.", highlight=False)
        console.print()


def _above_zero(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value < inf:
        raise argparse.ArgumentTypeError(f"{text} is no number above zero")
    return value


def _full(rate: float, watched: list[Watched]) -> list[Watched]:
    """Those that cannot keep up, the first to break first."""
    return sorted((w for w in watched if w.part.load(rate) >= FULL), key=lambda each: each.part.most)


def _table(rate: float, watched: list[Watched]) -> Table:
    table = Table(title=f"{rate:g} bookings a second", title_justify="left", box=None)
    for name, side in (("part", "left"), ("in use", "right"), ("p95 wait", "right"), ("waiting", "right"),
                       ("full at", "right")):  # fmt: skip
        table.add_column(name, justify=side)  # type: ignore[arg-type]
    for each in sorted(watched, key=lambda each: each.part.most):
        load = each.part.load(rate)
        colour = "red" if load >= FULL else "yellow" if load >= BUSY else "green"
        table.add_row(
            each.part.name,
            f"[{colour}]{load:.0%}[/{colour}]",
            f"{each.p95 * 1000:,.0f} ms",
            f"{each.left:,}",
            f"{each.part.most:,.0f}/s",
        )
    return table


if __name__ == "__main__":
    main()
