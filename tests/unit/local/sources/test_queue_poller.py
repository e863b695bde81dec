"""How many batches of a queue are handled at once."""

import asyncio
from typing import Any

import pytest

from infra.local.execution.invocation import Outcome
from infra.local.machine.source import QueueSource
from infra.local.sources import queue_poller
from infra.local.sources.batches import BatchWorker
from infra.local.sources.queue_poller import QueuePoller
from tests.support.waiting import PATIENCE_SECONDS

SIZE = 2


class Queue:
    """Holds so many messages; who asks an empty one waits for ever."""

    def __init__(self, messages: int) -> None:
        self.left = [{"MessageId": str(n), "ReceiptHandle": str(n), "Body": "{}"} for n in range(messages)]
        self.deleted: list[str] = []
        self.messages, self.done = messages, asyncio.Event()

    async def ask(self, action: str, **told: Any) -> dict[str, Any]:
        if action == "ReceiveMessage":
            if not self.left:
                await asyncio.Event().wait()
            taken, self.left = self.left[: told["MaxNumberOfMessages"]], self.left[told["MaxNumberOfMessages"] :]
            return {"Messages": taken}
        if action == "DeleteMessageBatch":
            self.deleted += [entry["ReceiptHandle"] for entry in told["Entries"]]
            if len(self.deleted) == self.messages:
                self.done.set()
        return {"QueueUrl": "http://queue.test/q"}


class Function:
    """Ends an invocation when it is told to; `most` is how many there were at once."""

    def __init__(self) -> None:
        self.under_way, self.most = 0, 0
        self.may_end = asyncio.Event()

    async def __call__(self, _function: str, _payload: bytes) -> Outcome:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.may_end.wait()
        self.under_way -= 1
        return Outcome(b'{"batchItemFailures": []}')


async def settled() -> None:
    """Everything that can go on without time or anybody outside has gone on."""
    for _ in range(100):
        await asyncio.sleep(0)


async def handled(messages: int, concurrency: int) -> tuple[int, list[str]]:
    """How many batches there were at once, and what was deleted in the end."""
    queue, function = Queue(messages), Function()
    source = QueueSource("F", "Q", SIZE, 0, partial_failures=True, concurrency=concurrency)
    poller = QueuePoller(source, [BatchWorker(source, function, queue) for _ in range(concurrency)], queue)
    polling = asyncio.create_task(poller.poll())
    await settled()
    most = function.most
    function.may_end.set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await queue.done.wait()
        poller.stop()
        await polling
    return most, sorted(queue.deleted)


@pytest.mark.parametrize(
    ("messages", "concurrency", "at_once"),
    [
        (5 * SIZE, 2, 2),
        (5 * SIZE, 1, 1),
        # A second batch would begin with what gathers meanwhile.
        (SIZE - 1, 2, 1),
        (SIZE + 1, 2, 2),
    ],
)
def test_full_batches_are_handled_together(messages: int, concurrency: int, at_once: int) -> None:
    most, deleted = asyncio.run(handled(messages, concurrency))

    assert most == at_once
    assert deleted == sorted(str(number) for number in range(messages))


def test_after_a_batch_that_is_not_full_no_other_is_asked_for() -> None:
    async def scene() -> int:
        queue, function = Queue(1), Function()
        source = QueueSource("F", "Q", SIZE, 0, partial_failures=True, concurrency=2)
        poller = QueuePoller(source, [BatchWorker(source, function, queue) for _ in range(2)], queue)
        polling = asyncio.create_task(poller.poll())
        await settled()
        queue.left = [{"MessageId": "late", "ReceiptHandle": "late", "Body": "{}"}]
        await settled()
        function.may_end.set()
        poller.stop()
        await polling
        return len(queue.left)

    assert asyncio.run(scene()) == 1


def test_what_comes_while_it_stops_is_given_back() -> None:
    async def scene() -> tuple[int, list[str]]:
        queue, function = Queue(SIZE), Function()
        source = QueueSource("F", "Q", SIZE, 0, partial_failures=True)
        worker, stopping = BatchWorker(source, function, queue), asyncio.Event()
        stopping.set()
        await worker.handle("http://queue.test/q", queue.left, stopping)
        return function.most, queue.deleted

    assert asyncio.run(scene()) == (0, [])


class Faulty(Queue):
    """Fails at certain of its answers, in order of asking for messages."""

    def __init__(self, messages: int, faults: dict[int, Exception]) -> None:
        super().__init__(messages)
        self.asked, self.faults = 0, faults

    async def ask(self, action: str, **told: Any) -> dict[str, Any]:
        if action == "ReceiveMessage":
            self.asked += 1
            if fault := self.faults.get(self.asked):
                raise fault
            if not self.left and not told["WaitTimeSeconds"]:
                return {}
        return await super().ask(action, **told)


@pytest.mark.parametrize("fault", [ValueError("no JSON"), ConnectionResetError("gone")])
@pytest.mark.parametrize(("at", "window"), [(1, 0), (2, 0.01)])
def test_a_queue_is_asked_again_whatever_went_wrong(
    fault: Exception, at: int, window: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_poller, "PAUSE_SECONDS", 0)

    async def scene() -> list[str]:
        queue, function = Faulty(1, {at: fault}), Function()
        function.may_end.set()
        source = QueueSource("F", "Q", SIZE, window, partial_failures=True)
        poller = QueuePoller(source, [BatchWorker(source, function, queue)], queue)
        polling = asyncio.create_task(poller.poll())
        async with asyncio.timeout(PATIENCE_SECONDS):
            await queue.done.wait()
            poller.stop()
            await polling
        return queue.deleted

    assert asyncio.run(scene()) == ["0"]
