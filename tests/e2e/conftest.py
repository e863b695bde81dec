"""One running system for all end-to-end tests, and a studio's site that may show its pages in a frame."""

import json
from collections.abc import Iterator

import pytest

from tests.support.system.browser import StudioSite
from tests.support.system.whole import System, running_system

# What fails on a busy machine comes again within a test's patience: by default an event that waits for another one
# takes a quarter of an hour at last, and one whose consumer was killed six minutes.
SOON_AGAIN = {
    "CYCLORAMA_PARAMETERS": json.dumps({"RetryLongestPauseSeconds": "30"}),
    "CYCLORAMA_VISIBILITY_SECONDS": "90",
}


@pytest.fixture(scope="package")
def site() -> Iterator[StudioSite]:
    made = StudioSite()
    yield made
    made.close()


@pytest.fixture(scope="package")
def system(tmp_path_factory: pytest.TempPathFactory, site: StudioSite) -> Iterator[System]:
    # Forty jobs take seconds of a processor, also where nothing is due: who waits for what one does has it run at once.
    told = {"CYCLORAMA_SCHEDULE_SECONDS": "30", "ALLOWED_ORIGINS": site.origin, **SOON_AGAIN}
    with running_system(tmp_path_factory.mktemp("system"), **told) as running:
        yield running
