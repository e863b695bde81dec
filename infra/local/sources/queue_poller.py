"""Feeds a function from its queue: long poll, batch, invoke, delete what succeeded."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from time import monotonic
from typing import Any, Protocol

from infra.local.execution.invocation import Outcome
from infra.local.machine.logs import log
from infra.local.machine.source import QueueSource
from infra.local.sources.sqs import SqsError
from infra.local.sources.sqs_event import build_event, succeeded

# The longest that SQS waits: an empty queue is asked three times a minute. Whoever hangs up takes no message with it.
WAIT_SECONDS = 20
MAX_RECEIVE = 10
PAUSE_SECONDS = 1.0
# After a batch that was not full: what comes meanwhile is one batch and not ten, which costs a tenth.
GATHER_SECONDS = 0.05
# A minute less than the patience of the template's queues.
THROTTLED_SECONDS = 300
THROTTLED = "TooManyRequestsException"
Invoke = Callable[[str, bytes], Awaitable[Outcome]]


class Queues(Protocol):
    """A connection to the endpoint of the queues."""

    def ask(self, action: str, **told: Any) -> Coroutine[Any, Any, dict[str, Any]]: ...


class QueuePoller:
    """One queue, one batch at a time."""

    def __init__(self, source: QueueSource, invoke: Invoke, sqs: Queues) -> None:
        self._source = source
        self._invoke = invoke
        self._sqs = sqs
        self._stopping = asyncio.Event()
        self._receiving: asyncio.Task[list[dict[str, Any]]] | None = None
        self._url = ""

    def stop(self) -> None:
        """Take no more batches; the current one is finished, and a queue that is empty is not waited for."""
        self._stopping.set()
        if self._receiving:
            self._receiving.cancel()

    async def poll(self) -> None:
        """Until it is stopped."""
        while not self._stopping.is_set():
            try:
                self._url = self._url or (await self._sqs.ask("GetQueueUrl", QueueName=self._source.queue))["QueueUrl"]
                if messages := await self._receive_batch():
                    await self._handle(messages)
                    if len(messages) < self._source.batch_size:
                        await self._pause(GATHER_SECONDS)
            except (OSError, SqsError) as error:
                if not self._stopping.is_set():
                    log.warning("Queue %s cannot be polled: %s", self._source.queue, error)
                await self._pause(PAUSE_SECONDS)

    async def _pause(self, seconds: float) -> bool:
        """Whether it ended early, because no more is to be done."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()

    async def _receive_batch(self) -> list[dict[str, Any]]:
        messages = await self._hung_up_on(WAIT_SECONDS)
        if not messages or not self._source.window or await self._fill(messages):
            return messages
        # Asking once at the end costs less than each time that something comes.
        if not await self._pause(self._source.window):
            await self._fill(messages)
        return messages

    async def _fill(self, messages: list[dict[str, Any]]) -> bool:
        """Whether it is a whole batch now."""
        while (room := self._source.batch_size - len(messages)) > 0:
            if not (more := await self._receive(room, 0)):
                return False
            messages += more
        return True

    async def _hung_up_on(self, wait: int) -> list[dict[str, Any]]:
        """A poll that ends with nothing when this is stopped meanwhile: who hangs up takes no message along."""
        self._receiving = asyncio.create_task(self._receive(self._source.batch_size, wait))
        try:
            return await self._receiving
        except asyncio.CancelledError:
            if not self._stopping.is_set():
                raise
            return []
        finally:
            self._receiving = None

    async def _receive(self, count: int, wait: int) -> list[dict[str, Any]]:
        answer = await self._sqs.ask(
            "ReceiveMessage",
            QueueUrl=self._url,
            MaxNumberOfMessages=min(count, MAX_RECEIVE),
            WaitTimeSeconds=wait,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return list(answer.get("Messages", []))

    async def _handle(self, messages: list[dict[str, Any]]) -> None:
        if self._stopping.is_set():
            await self._release(messages)
            return
        payload = json.dumps(build_event(messages, self._source.queue)).encode()
        outcome = await self._run(payload)
        done = succeeded(messages, outcome, self._source.partial_failures)
        if outcome.failure:
            log.error("%s: %s", self._source.function, outcome.error().get("errorMessage"))
        for start in range(0, len(done), MAX_RECEIVE):
            await self._delete(done[start : start + MAX_RECEIVE])

    async def _run(self, payload: bytes) -> Outcome:
        """As Lambda does with a batch that finds no room: it is offered again, for as long as it is ours."""
        deadline = monotonic() + THROTTLED_SECONDS
        while True:
            outcome = await self._invoke(self._source.function, payload)
            throttled = outcome.failure and outcome.error().get("errorType") == THROTTLED
            if not throttled or monotonic() > deadline or await self._pause(PAUSE_SECONDS):
                return outcome

    async def _delete(self, messages: list[dict[str, Any]]) -> None:
        entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
        answer = await self._sqs.ask("DeleteMessageBatch", QueueUrl=self._url, Entries=entries)
        for failure in answer.get("Failed", []):
            log.warning("A message stays in %s and will be delivered again: %s", self._source.queue, failure)

    async def _release(self, messages: list[dict[str, Any]]) -> None:
        # Received while stopping: visible again at once, for the next start.
        entries = [
            {"Id": str(n), "ReceiptHandle": m["ReceiptHandle"], "VisibilityTimeout": 0} for n, m in enumerate(messages)
        ]
        await self._sqs.ask("ChangeMessageVisibilityBatch", QueueUrl=self._url, Entries=entries)
