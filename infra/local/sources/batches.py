"""What becomes of one batch of a queue: the function is invoked, and what it did is deleted."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from time import monotonic
from typing import Any, Protocol

from infra.local.execution.invocation import Outcome
from infra.local.machine.logs import log
from infra.local.machine.source import QueueSource
from infra.local.sources.sqs_event import build_event, succeeded

MAX_ENTRIES = 10
PAUSE_SECONDS = 1.0
# A minute less than the patience of the template's queues.
THROTTLED_SECONDS = 300
THROTTLED = "TooManyRequestsException"
Invoke = Callable[[str, bytes], Awaitable[Outcome]]


class Queues(Protocol):
    """A connection to the endpoint of the queues."""

    def ask(self, action: str, **told: Any) -> Coroutine[Any, Any, dict[str, Any]]: ...


class BatchWorker:
    """One batch at a time, over connections of its own."""

    def __init__(self, source: QueueSource, invoke: Invoke, sqs: Queues) -> None:
        self._source = source
        self._invoke = invoke
        self._sqs = sqs

    async def handle(self, url: str, messages: list[dict[str, Any]], stopping: asyncio.Event) -> None:
        """Invoke the function with the messages of the queue at `url`; one that came while stopping is given back."""
        if stopping.is_set():
            await self._release(url, messages)
            return
        payload = json.dumps(build_event(messages, self._source.queue)).encode()
        outcome = await self._run(payload, stopping)
        done = succeeded(messages, outcome, self._source.partial_failures)
        if outcome.failure:
            log.error("%s: %s", self._source.function, outcome.error().get("errorMessage"))
        for start in range(0, len(done), MAX_ENTRIES):
            await self._delete(url, done[start : start + MAX_ENTRIES])

    async def _run(self, payload: bytes, stopping: asyncio.Event) -> Outcome:
        """As Lambda does with a batch that finds no room: it is offered again, for as long as it is ours."""
        deadline = monotonic() + THROTTLED_SECONDS
        while True:
            outcome = await self._invoke(self._source.function, payload)
            throttled = outcome.failure and outcome.error().get("errorType") == THROTTLED
            if not throttled or monotonic() > deadline or await paused(stopping, PAUSE_SECONDS):
                return outcome

    async def _delete(self, url: str, messages: list[dict[str, Any]]) -> None:
        entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
        answer = await self._sqs.ask("DeleteMessageBatch", QueueUrl=url, Entries=entries)
        for failure in answer.get("Failed", []):
            log.warning("A message stays in %s and will be delivered again: %s", self._source.queue, failure)

    async def _release(self, url: str, messages: list[dict[str, Any]]) -> None:
        # Received while stopping: visible again at once, for the next start.
        entries = [
            {"Id": str(n), "ReceiptHandle": m["ReceiptHandle"], "VisibilityTimeout": 0} for n, m in enumerate(messages)
        ]
        await self._sqs.ask("ChangeMessageVisibilityBatch", QueueUrl=url, Entries=entries)


async def paused(stopping: asyncio.Event, seconds: float) -> bool:
    """Whether it ended early, because no more is to be done."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)
    return stopping.is_set()
