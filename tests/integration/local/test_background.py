"""What feeds functions from queues: a process of its own, which yields to what somebody waits for."""

import asyncio
from contextlib import closing
from typing import Any

import psutil

from infra.local.execution.invocation import Failure
from infra.local.machine.priority import BACKGROUND
from infra.local.machine.source import QueueSource
from infra.local.sources.configuration import SourcesConfiguration
from infra.local.sources.invoker import Invoker
from infra.local.testing.system import LocalSystem
from tests.integration.local.test_sources import queue_url, wait_for
from tests.support.database import free_port
from tests.support.processes import children, niceness, with_argument
from tests.support.waiting import PATIENCE_SECONDS, eventually


def feeders(system: LocalSystem) -> list[psutil.Process]:
    """The process that polls the queues, if it runs."""
    return with_argument(children(system.endpoints.pid), "infra.local.sources")


def test_its_configuration_comes_back_as_it_went() -> None:
    source = QueueSource("Consumer", "Jobs", 10, 0, partial_failures=True)
    given = SourcesConfiguration((source,), "http://127.0.0.1:1", "http://127.0.0.1:2", "INFO")

    assert SourcesConfiguration.parse(given.render()) == given


def test_consumers_and_jobs_yield_to_what_a_client_waits_for(system: LocalSystem) -> None:
    own = psutil.Process(system.endpoints.pid).nice()
    eventually(lambda: set(niceness(system.pids("App"))) == {own})

    expected = min(19, own + BACKGROUND)
    # A process lowers itself, when it has come that far.
    eventually(lambda: set(niceness(system.pids("Tick"))) == {expected})
    eventually(lambda: list(niceness([process.pid for process in feeders(system)])) == [expected])


def test_a_feeder_that_ends_is_started_again(system: LocalSystem, sqs: Any) -> None:
    [killed] = feeders(system)
    killed.kill()
    eventually(lambda: [process.pid for process in feeders(system)] not in ([], [killed.pid]))

    sqs.send_message(QueueUrl=queue_url(sqs, "Jobs"), MessageBody='{"mark": "after the fall"}')

    assert wait_for(sqs, "Memory", "after the fall")


def test_an_invocation_ends_with_the_answer_or_with_the_reason(system: LocalSystem) -> None:
    async def scene() -> None:
        with closing(Invoker(system.endpoints.lambda_endpoint, timeout=PATIENCE_SECONDS)) as invoke:
            assert (await invoke("Direct", b"{}")).failure is None
            unknown = await invoke("Nobody", b"{}")
            assert (unknown.failure, unknown.error()["errorType"]) == (Failure.ERROR, "ResourceNotFoundException")
            assert (await invoke("Direct", b'{"raise": "asked to"}')).error()["errorMessage"] == "asked to"
            # And the connection is as good as before.
            assert (await invoke("Direct", b"{}")).failure is None

    asyncio.run(scene())


def test_a_runtime_that_cannot_be_reached_is_a_failed_invocation() -> None:
    outcome = asyncio.run(Invoker(f"http://127.0.0.1:{free_port()}", timeout=2)("Direct", b"{}"))

    assert outcome.failure is Failure.ERROR
    assert "did not answer" in str(outcome.error()["errorMessage"])
