"""Random tests round after round, each with a seed of its own, until one fails or the time is over.

`make soak SEED=1 SCALE=3 FAULTS="poison,kill PostgreSQL" ONLY=delivery` repeats a round, as a failure says."""

import argparse
import os
import subprocess
import sys
import time
from random import SystemRandom

from tests.support import chance
from tests.support.stories.delivery.plan import KINDS
from tests.support.stories.money.faults import KILL, LINKS_RUN_OUT, PAYMENT_FAULTS, WEATHER

# What is random, by name; the units are those that Hypothesis plays with.
TESTS: dict[str, tuple[str, ...]] = {
    "money": ("tests/faults/test_money.py",),
    "delivery": ("tests/faults/test_delivery.py",),
    "reminders": ("tests/integration/notification/test_many_reminders.py",),
    "calendar": ("tests/integration/booking/test_stateful.py",),
    "crowd": ("tests/integration/booking/test_concurrency.py",),
    "strangers": ("tests/integration/test_hostile.py", "tests/integration/test_schemathesis.py"),
    "orders": (
        "tests/integration/booking/bookings/test_order_of_money.py",
        "tests/integration/integration_service/visits/test_revenue_sums.py",
        "tests/integration/test_order_of_refunds.py",
    ),
    "guesses": ("tests/integration/gateway/test_guesses.py",),
    "units": ("tests/unit",),
}
# Those of money and of delivery.
FAULTS = list(dict.fromkeys([*PAYMENT_FAULTS, *WEATHER, LINKS_RUN_OUT, KILL, *KINDS]))


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--only", default="", help=f"some of {', '.join(TESTS)}, with commas between them")
    parser.add_argument("--minutes", type=float, default=60, help="no round begins after so many")
    parser.add_argument("--scale", type=int, default=5, help="how many times as much as `make test` does")
    parser.add_argument("--faults", default="", help="the only faults to inject, with commas between them; else all")
    parser.add_argument("--seed", type=int, help="one round with this seed, as a failure named it")
    given = parser.parse_args(arguments)
    given.only = [name for name in given.only.split(",") if name] or list(TESTS)
    if unknown := [name for name in given.only if name not in TESTS]:
        parser.error(f"there is no {', '.join(unknown)}; there are {', '.join(TESTS)}")
    if unknown := [name for name in given.faults.split(",") if name and name.strip() not in FAULTS]:
        parser.error(f"there is no fault {', '.join(unknown)}; there are {', '.join(FAULTS)}")
    return given


def command(given: argparse.Namespace, seed: int) -> str:
    """What repeats a round."""
    faults = f" FAULTS='{given.faults}'" if given.faults else ""
    return f"make soak SEED={seed} SCALE={given.scale} ONLY={','.join(given.only)}{faults}"


def round_of(given: argparse.Namespace, seed: int) -> int:
    """Play one; pytest's exit status."""
    paths = [path for name in given.only for path in TESTS[name]]
    told = {chance.SEED: str(seed), chance.SCALE: str(given.scale), chance.FAULTS: given.faults}
    pytest = [sys.executable, "-m", "pytest", "--timeout=0", "--exitfirst", "-rP", *paths]
    return subprocess.run(pytest, env=os.environ | told, check=False).returncode


def main() -> int:
    given = options()
    deadline = time.monotonic() + 60 * given.minutes
    while True:
        seed = given.seed if given.seed is not None else SystemRandom().randrange(10**9)
        print(f"{command(given, seed)} repeats this round", flush=True)  # noqa: T201
        if failed := round_of(given, seed):
            print(f"Failed. {command(given, seed)} repeats it")  # noqa: T201
            return failed
        if given.seed is not None or time.monotonic() > deadline:
            return 0


if __name__ == "__main__":
    sys.exit(main())
