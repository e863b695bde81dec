"""One running system for all end-to-end tests."""

from collections.abc import Iterator

import pytest

from tests.support.system.whole import System, running_system


@pytest.fixture(scope="package")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    # Every minute is right for a studio; a test would rather not wait that long. Forty jobs on two cores take a while.
    with running_system(tmp_path_factory.mktemp("system"), CYCLORAMA_SCHEDULE_SECONDS="8") as running:
        yield running
