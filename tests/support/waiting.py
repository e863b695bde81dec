"""How tests wait: for a condition, and so long that only what hangs is given up."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
# No machine is so busy that what works takes longer. The limit of a whole test, in pyproject.toml, lies beyond it.
PATIENCE_SECONDS = 240.0
# Looks become rarer: what they ask is work for the machine that the answer waits for.
FIRST_LOOK_SECONDS, LONGEST_LOOK_SECONDS, RARER = 0.02, 0.25, 1.3


def eventually(look: Callable[[], T | None], patience: float = PATIENCE_SECONDS) -> T:
    """What `look` finds at last, which is anything but nothing."""
    deadline, pause = time.monotonic() + patience, FIRST_LOOK_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, f"nothing came of {look.__qualname__} within {patience} s"
        time.sleep(pause)
        pause = min(pause * RARER, LONGEST_LOOK_SECONDS)
    return found
