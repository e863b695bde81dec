"""What random tests follow: one seed for all of them, how much they do, and which faults they may inject.

`make test` does little of each with a seed that stays; `make soak` draws a seed for each round and does more."""

import os
from collections.abc import Iterable

SEED, SCALE, FAULTS = "TEST_SEED", "TEST_SCALE", "TEST_FAULTS"
FIXED_SEED = 20261129


def seed() -> int:
    return int(os.environ.get(SEED) or FIXED_SEED)


def scaled(number: int) -> int:
    """`number` in `make test`, so many times as much in a longer run."""
    return number * int(os.environ.get(SCALE) or 1)


def wanted(faults: Iterable[str]) -> list[str]:
    """Those of the faults that may be injected: all of them, unless a run names some."""
    named = {name.strip() for name in os.environ.get(FAULTS, "").split(",")} - {""}
    return [fault for fault in faults if not named or fault in named]


def told() -> str:
    """The variables that repeat this run."""
    given = [f"{name}={os.environ[name]!r}" for name in (SCALE, FAULTS) if os.environ.get(name)]
    return " ".join([f"{SEED}={seed()}", *given])
