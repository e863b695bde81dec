"""One small system, running for all tests of this folder that only talk to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import urllib3

from infra.clock import SharedClock
from infra.local.clock.door import ClockDoor
from infra.local.clock.moving import Mover, Schedules
from infra.local.machine.aws import local_client
from infra.local.testing.system import LocalSystem
from tests.support.waiting import PATIENCE_SECONDS

TEMPLATE = Path(__file__).parent / "fixture" / "template.yaml"
OPTIONS = {
    "CYCLORAMA_TEMPLATE": str(TEMPLATE),
    "CYCLORAMA_SANDBOX": "0",
    "CYCLORAMA_SEED": "0",
    "CYCLORAMA_SCHEDULE_SECONDS": "0.5",
}


def unmoved(state: Path) -> ClockDoor:
    """The clock of a system of which only the doors are there."""
    return ClockDoor(Mover(SharedClock(state / "clock"), None, cast(Schedules, None)), lambda: 0)


@pytest.fixture(scope="package")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    with LocalSystem(tmp_path_factory.mktemp("state"), OPTIONS) as running:
        yield running


@pytest.fixture(scope="package")
def http() -> Iterator[urllib3.PoolManager]:
    with urllib3.PoolManager(timeout=PATIENCE_SECONDS, retries=False) as pool:
        yield pool


@pytest.fixture(scope="package")
def sqs(system: LocalSystem) -> Any:
    return local_client("sqs", system.endpoints.aws_endpoint)


@pytest.fixture(scope="package")
def lambdas(system: LocalSystem) -> Any:
    return local_client("lambda", system.endpoints.lambda_endpoint)
