"""`make mutants`: plants faults of the kind a tired engineer makes, one at a time, and runs the tests near each.

Ends with 1 where fewer than 95 of 100 are caught, or where one survives of a kind of which none may."""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from queue import SimpleQueue

from rich.console import Console

from tests.mutants.faults import Fault, all_faults, chosen
from tests.mutants.report import is_enough, table
from tests.mutants.workshop import GREEN, Verdict, Workshop, workshop

PATIENCE = 240.0


def main() -> int:
    options = _options()
    console = Console()
    faults = chosen(all_faults(), options.only)
    if options.list:
        for fault in faults:
            console.print(f"{fault.kind:<10} {fault.name}  [dim]{fault.file}[/]", highlight=False, soft_wrap=True)
        return 0
    with ExitStack() as stack:
        shops = [stack.enter_context(workshop(options.patience)) for _ in range(min(options.jobs, len(faults)))]
        verdicts = _judged(console, shops, faults)
        console.print(table(verdicts))
        _tell_survivors(console, verdicts)
        return 0 if is_enough(verdicts) and _green_without(console, shops[0], verdicts) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", nargs="+", default=(), metavar="NAME", help="faults or kinds, by name")
    parser.add_argument("--list", action="store_true", help="list the faults and plant none")
    parser.add_argument("--jobs", type=int, default=2, help="how many side by side (%(default)s)")
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds for one fault (%(default)s)")
    return parser.parse_args()


def _judged(console: Console, shops: Sequence[Workshop], faults: Sequence[Fault]) -> list[Verdict]:
    free: SimpleQueue[Workshop] = SimpleQueue()
    for shop in shops:
        free.put(shop)

    def judge(fault: Fault) -> Verdict:
        shop = free.get()
        try:
            return shop.verdict(fault)
        finally:
            free.put(shop)

    verdicts: list[Verdict] = []
    with ThreadPoolExecutor(len(shops)) as pool:
        for done in as_completed([pool.submit(judge, fault) for fault in faults]):
            verdicts.append(done.result())
            console.print(f"{len(verdicts):>4}/{len(faults)} {_line(verdicts[-1])}", highlight=False, soft_wrap=True)
    return verdicts


def _line(verdict: Verdict) -> str:
    outcome = f"caught by {verdict.caught_by}" if verdict.caught_by else verdict.trouble or "SURVIVED"
    return f"{verdict.fault.kind}/{verdict.fault.name}: {outcome}".replace("[", r"\[")


def _tell_survivors(console: Console, verdicts: Sequence[Verdict]) -> None:
    for verdict in verdicts:
        if verdict.survived:
            console.print(_line(verdict), highlight=False, soft_wrap=True)


def _green_without(console: Console, shop: Workshop, verdicts: Sequence[Verdict]) -> bool:
    """Whether the tests that caught something pass where nothing is planted: a red test catches everything."""
    catchers = sorted({verdict.caught_by for verdict in verdicts if verdict.caught_by})
    ended, said = shop.run(catchers) if catchers else (GREEN, "")
    if ended != GREEN:
        console.print("Without any fault the tests that caught them are not green:", said.strip()[-1000:], markup=False)
    return ended == GREEN


if __name__ == "__main__":
    sys.exit(main())
