"""Which tests run on one worker, and which begin first, when several workers share a run."""

from collections.abc import Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

# The tests of such a folder, and of those in it, talk to one running system, or play in one copy of the tree: only one
# worker is to make it.
SHARED = ("tests/browser", "tests/e2e", "tests/faults", "tests/integration/local", "tests/integration/recipes")
# Files in those folders that start what they need, or start nothing.
ALONE = (
    "tests/e2e/test_external.py",
    "tests/faults/test_broker_lost.py",
    "tests/faults/test_delivery.py",
    "tests/integration/local/test_front.py",
    "tests/integration/local/test_postgres.py",
    "tests/integration/local/test_receipts.py",
    "tests/integration/recipes/test_toys.py",
)
# Measured. Whoever has a system mostly waits for it: one worker beside those has work that only computes. A wrong order
# costs a few seconds at the end, when one worker is still busy and the others are not.
LONGEST: Sequence[str] = (
    "tests/faults/test_delivery.py",
    "tests/faults",
    "tests/browser",
    "tests/e2e",
    "tests/integration/recipes/test_toys.py",
    # A worker is handed its next unit when it begins the last two tests of one, and the longest file has one test.
    "tests/integration/clients/test_clients.py",
    "tests/integration/local",
    "tests/integration/recipes",
    "tests/faults/test_broker_lost.py",
    "tests/e2e/test_external.py",
    "tests/integration/test_access_table.py",
    "tests/integration/test_hostile.py",
    "tests/integration/test_schemathesis.py",
    "tests/integration/booking/test_concurrency.py",
    "tests/integration/test_order_of_refunds.py",
)


def unit(path: str) -> str:
    """What stays on one worker: a file, or a folder whose tests share a system or a copy, with all that is in it."""
    shared = next((folder for folder in SHARED if path.startswith(f"{folder}/")), path)
    return path if path in ALONE else shared


def turn(path: str) -> int:
    """The place of a file in the order of a run; those that last less keep the order in which they are found."""
    return LONGEST.index(unit(path)) if unit(path) in LONGEST else len(LONGEST)


class FilesAndSystems(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out units in the order in which they were collected."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return unit(nodeid.partition("::")[0])
