"""One running system for the fault tests, impatient with consumers that died."""

import json
from collections.abc import Iterator
from random import Random

import pytest

from tests.support.chance import seed
from tests.support.system.whole import System, running_system

# What failed comes again, eight times in all, within half a minute rather than within forty; six minutes of patience
# with a consumer that died are right on AWS, and long in a test.
PAUSES = {"RetryPauseSeconds": "1", "RetryLongestPauseSeconds": "4"}
IMPATIENT = {"CYCLORAMA_PARAMETERS": json.dumps(PAUSES), "CYCLORAMA_VISIBILITY_SECONDS": "4"}


# How a studio takes money: at once or in two stages, at Sber's new platform or its old one.
MANNERS = {"PaymentStages": ("one", "two"), "SberPayDialect": ("new", "legacy")}


@pytest.fixture(scope="package")
def manners() -> dict[str, str]:
    """Which of the two, by the seed."""
    chance = Random(f"{seed()} manners")
    return {name: chance.choice(either) for name, either in MANNERS.items()}


@pytest.fixture(scope="package")
def system(tmp_path_factory: pytest.TempPathFactory, manners: dict[str, str]) -> Iterator[System]:
    options = IMPATIENT | {"CYCLORAMA_PARAMETERS": json.dumps(PAUSES | manners)}
    with running_system(tmp_path_factory.mktemp("faults"), **options) as running:
        yield running
