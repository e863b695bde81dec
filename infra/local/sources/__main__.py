"""Feeds functions from their queues, in a process of its own: `python -m infra.local.sources CONFIGURATION`.

boto3 would otherwise keep the front doors' interpreter busy, and what nobody waits for yields to what somebody does.
"""

import signal
import sys
import threading
from typing import Any

from infra.local.machine.aws import local_client
from infra.local.machine.logs import set_up_terminal
from infra.local.machine.priority import BACKGROUND, lower
from infra.local.sources.configuration import SourcesConfiguration
from infra.local.sources.invoker import Invoker
from infra.local.sources.queue_poller import QueuePoller

STOP_SECONDS = 5.0


def main(configuration: SourcesConfiguration) -> None:
    """Poll until SIGTERM or SIGINT, then let the current batches finish."""
    lower(BACKGROUND)
    set_up_terminal(configuration.log_level)
    stopped = threading.Event()

    def stop(_number: int, _frame: Any) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    sqs = local_client("sqs", configuration.aws_endpoint, connections=len(configuration.sources))
    pollers = [
        QueuePoller(source, Invoker(configuration.lambda_endpoint, configuration.timeout), sqs)
        for source in configuration.sources
    ]
    for poller in pollers:
        poller.start()
    stopped.wait()
    for poller in pollers:
        poller.stop()
    for poller in pollers:
        poller.join(STOP_SECONDS)


if __name__ == "__main__":
    main(SourcesConfiguration.parse(sys.argv[1]))
