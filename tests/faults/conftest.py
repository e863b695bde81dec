"""One running system for the fault tests, impatient with consumers that died."""

import json
import os
import random
from collections.abc import Iterator
from random import Random

import pytest

from tests.support.system import System, running_system

# What failed comes again, eight times in all, within half a minute rather than within forty; six minutes of patience
# with a consumer that died are right on AWS, and long in a test.
PAUSES = {"RetryPauseSeconds": "1", "RetryLongestPauseSeconds": "4"}
IMPATIENT = {"CYCLORAMA_PARAMETERS": json.dumps(PAUSES), "CYCLORAMA_VISIBILITY_SECONDS": "4"}


@pytest.fixture(scope="package")
def seed() -> str:
    return os.environ.get("CYCLORAMA_SEED") or str(random.SystemRandom().randrange(10**9))


@pytest.fixture(scope="package")
def manners(seed: str) -> dict[str, str]:
    """How the studio takes money, by the seed: at once or in two stages, at Sber's new platform or its old one."""
    chance = Random(f"{seed} manners")
    return {
        "PaymentStages": chance.choice(("one", "two")),
        "SberPayDialect": chance.choice(("new", "legacy")),
    }


@pytest.fixture(scope="package")
def system(tmp_path_factory: pytest.TempPathFactory, manners: dict[str, str]) -> Iterator[System]:
    # The tests' own seed has the name of the option to have a demo studio.
    options = IMPATIENT | {"CYCLORAMA_PARAMETERS": json.dumps(PAUSES | manners), "CYCLORAMA_SEED": "1"}
    with running_system(tmp_path_factory.mktemp("faults"), **options) as running:
        yield running
