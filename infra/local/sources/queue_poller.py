"""Feeds a function from its queue: long poll, batch, and a worker for each batch that is under way."""

import asyncio
from collections.abc import Sequence
from typing import Any

from infra.local.machine.logs import log
from infra.local.machine.source import QueueSource
from infra.local.sources.batches import PAUSE_SECONDS, BatchWorker, Queues, paused
from infra.local.sources.sqs import SqsError

# The longest that SQS waits: an empty queue is asked three times a minute. Whoever hangs up takes no message with it.
WAIT_SECONDS = 20
MAX_RECEIVE = 10
# After a batch that was not full: what comes meanwhile is one batch and not ten, which costs a tenth.
GATHER_SECONDS = 0.05


class QueuePoller:
    """One queue, with as many batches at once as it has workers. Only where a full batch came is another one asked for
    while it is under way: what is there is many messages."""

    def __init__(self, source: QueueSource, workers: Sequence[BatchWorker], sqs: Queues) -> None:
        self._source = source
        self._free = list(workers)
        self._sqs = sqs
        self._stopping = asyncio.Event()
        self._receiving: asyncio.Task[list[dict[str, Any]]] | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._url = ""

    def stop(self) -> None:
        """Take no more batches; those under way are finished, and a queue that is empty is not waited for."""
        self._stopping.set()
        if self._receiving:
            self._receiving.cancel()

    async def poll(self) -> None:
        """Until it is stopped."""
        while not self._stopping.is_set():
            try:
                self._url = self._url or (await self._sqs.ask("GetQueueUrl", QueueName=self._source.queue))["QueueUrl"]
                if messages := await self._receive_batch():
                    await self._hand_over(messages)
            except Exception as error:
                await self._failed(error)
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _hand_over(self, messages: list[dict[str, Any]]) -> None:
        """Returns when the next batch may be asked for."""
        task = asyncio.create_task(self._work(self._free.pop(), messages))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        if len(messages) < self._source.batch_size:
            await asyncio.wait(self._under_way)
            await paused(self._stopping, GATHER_SECONDS)
        elif not self._free:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    async def _work(self, worker: BatchWorker, messages: list[dict[str, Any]]) -> None:
        try:
            await worker.handle(self._url, messages, self._stopping)
        except Exception as error:
            await self._failed(error)
        finally:
            self._free.append(worker)

    async def _failed(self, error: Exception) -> None:
        """Whatever went wrong, the queue is asked again: one that nobody polls any more would be silent for ever."""
        if not self._stopping.is_set():
            expected = isinstance(error, OSError | SqsError)
            log.warning("Queue %s cannot be polled: %r", self._source.queue, error, exc_info=not expected)
        await paused(self._stopping, PAUSE_SECONDS)

    async def _receive_batch(self) -> list[dict[str, Any]]:
        messages = await self._hung_up_on(WAIT_SECONDS)
        if not messages or not self._source.window or await self._fill(messages):
            return messages
        # Asking once at the end costs less than each time that something comes.
        if not await paused(self._stopping, self._source.window):
            await self._fill(messages)
        return messages

    async def _fill(self, messages: list[dict[str, Any]]) -> bool:
        """Whether it is a whole batch now."""
        while (room := self._source.batch_size - len(messages)) > 0:
            try:
                more = await self._receive(room, 0)
            except Exception as error:
                # What is here already is hidden from everybody else for minutes.
                await self._failed(error)
                return False
            if not more:
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
