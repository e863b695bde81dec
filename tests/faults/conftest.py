"""One running system for the fault tests, impatient with consumers that died."""

from collections.abc import Iterator

import pytest

from tests.support.system import System, running_system

# What failed comes again, eight times in all, within half a minute rather than within forty; six minutes of patience
# with a consumer that died are right on AWS, and long in a test.
IMPATIENT = {
    "CYCLORAMA_PARAMETERS": '{"RetryPauseSeconds": "1", "RetryLongestPauseSeconds": "4"}',
    "CYCLORAMA_VISIBILITY_SECONDS": "4",
}


@pytest.fixture(scope="package")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    # The tests' own seed has the name of the option to have a demo studio.
    with running_system(tmp_path_factory.mktemp("faults"), CYCLORAMA_SEED="1", **IMPATIENT) as running:
        yield running
