"""`python -m infra.local.sources CONFIGURATION`: feeds functions from their queues, in a process of its own.

The supervisor's process answers every client; one that polls 25 queues beside it would take its turn from it.
"""

import asyncio
import signal
import sys

from infra.local.execution.invocation import ASK_SECONDS
from infra.local.machine.logs import set_up_terminal
from infra.local.machine.priority import BACKGROUND, lower
from infra.local.machine.source import QueueSource
from infra.local.sources.batches import BatchWorker
from infra.local.sources.configuration import SourcesConfiguration
from infra.local.sources.invoker import Invoker
from infra.local.sources.queue_poller import WAIT_SECONDS, QueuePoller
from infra.local.sources.sqs import Sqs

STOP_SECONDS = 5.0
# What an invocation may wait beside the function's own time: for a free environment, and for one to start.
MARGIN_SECONDS = 2 * ASK_SECONDS


async def main(configuration: SourcesConfiguration) -> None:
    """Poll until SIGTERM or SIGINT, then let the current batches finish."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    endpoint, functions = configuration.aws_endpoint, configuration.lambda_endpoint

    def worker(source: QueueSource) -> BatchWorker:
        invoker = Invoker(functions, source.timeout + MARGIN_SECONDS)
        return BatchWorker(source, invoker, Sqs(endpoint, WAIT_SECONDS))

    pollers = [
        QueuePoller(source, [worker(source) for _ in range(source.concurrency)], Sqs(endpoint, WAIT_SECONDS))
        for source in configuration.sources
    ]
    polling = [asyncio.create_task(poller.poll()) for poller in pollers]
    await stopped.wait()
    for poller in pollers:
        poller.stop()
    await asyncio.wait(polling, timeout=STOP_SECONDS)


if __name__ == "__main__":
    told = SourcesConfiguration.parse(sys.argv[1])
    lower(BACKGROUND)
    set_up_terminal(told.log_level)
    asyncio.run(main(told))
