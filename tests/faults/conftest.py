"""One running system for the fault tests, impatient with consumers that died."""

import time
from collections.abc import Iterator

import pytest

from infra.local.aws import local_client
from infra.local.sources.queue_poller import WAIT_SECONDS
from tests.support.system import System, running_system

REDELIVERY_SECONDS = 4
# What failed comes again, eight times in all, within half a minute rather than within forty.
IMPATIENT = {"CYCLORAMA_PARAMETERS": '{"RetryPauseSeconds": "1", "RetryLongestPauseSeconds": "4"}'}


@pytest.fixture(scope="package")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    # The tests' own seed has the name of the option to have a demo studio.
    with running_system(tmp_path_factory.mktemp("faults"), CYCLORAMA_SEED="1", **IMPATIENT) as running:
        redeliver_soon(running)
        yield running


def redeliver_soon(system: System) -> None:
    """Six minutes of patience with a consumer that died are right on AWS, and long in a test."""
    sqs = local_client("sqs", system.endpoints.aws_endpoint)
    for url in sqs.list_queues()["QueueUrls"]:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(REDELIVERY_SECONDS)})
    # A long poll that is under way still has the patience it began with.
    time.sleep(2 * WAIT_SECONDS)
