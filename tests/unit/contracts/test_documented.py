"""Contracts know what their fields mean wherever documents are made of them; a function does without."""

import subprocess
import sys

import pytest

from infra.local.execution.alike import EXECUTION_ENV
from tests.support.waiting import PATIENCE_SECONDS

MEANING = """
from shared_schemas.booking.schedule import ScheduledCustomer
print(ScheduledCustomer.model_fields["missed_before"].description)
"""


@pytest.mark.parametrize(
    ("environment", "known"),
    [
        ({}, True),
        ({"AWS_EXECUTION_ENV": "AWS_Lambda aws-chalice/1.34.0"}, True),
        ({"AWS_EXECUTION_ENV": EXECUTION_ENV}, False),
    ],
)
def test_a_function_alone_reads_no_meanings(environment: dict[str, str], known: bool) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", MEANING],
        env={"PYTHONPATH": ":".join(sys.path), **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    assert (ran.stdout.strip() != "None") is known, ran.stdout
