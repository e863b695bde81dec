"""Feeds a function from its queue: long poll, batch, invoke, delete what succeeded."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.execution.invocation import Outcome
from infra.local.machine.logs import log
from infra.local.sources.sqs_event import build_event, succeeded
from infra.local.template.model import QueueSource

# The longest that SQS waits: an empty queue is asked three times a minute. Whoever hangs up takes no message with it.
WAIT_SECONDS = 20
MAX_RECEIVE = 10
PAUSE_SECONDS = 1.0
# After a batch that was not full: what comes meanwhile is one batch and not ten, which costs a tenth.
GATHER_SECONDS = 0.05
# A minute less than the patience of the template's queues.
THROTTLED_SECONDS = 300
THROTTLED = "TooManyRequestsException"
Invoke = Callable[[str, bytes], Outcome]


class QueuePoller:
    """One queue, one batch at a time, on a thread of its own as boto3 blocks. `sqs` serves several threads."""

    def __init__(self, source: QueueSource, invoke: Invoke, sqs: Any) -> None:
        self._source = source
        self._invoke = invoke
        self._sqs = sqs
        self._stopping = threading.Event()
        # While it has no messages in hand.
        self._free = threading.Event()
        self._thread = threading.Thread(target=self._poll, name=f"poll-{source.queue}", daemon=True)
        self._url = ""

    def start(self) -> None:
        """Begin to poll."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more batches; the current one is finished."""
        self._stopping.set()

    def join(self, seconds: float) -> None:
        """Wait for the current batch; a queue that is empty is not waited for."""
        self._free.wait(seconds)

    def _poll(self) -> None:
        try:
            self._poll_on()
        finally:
            self._free.set()

    def _poll_on(self) -> None:
        while not self._stopping.is_set():
            try:
                self._url = self._url or self._sqs.get_queue_url(QueueName=self._source.queue)["QueueUrl"]
                if messages := self._receive_batch():
                    self._handle(messages)
                    if len(messages) < self._source.batch_size:
                        self._stopping.wait(GATHER_SECONDS)
            except (BotoCoreError, ClientError) as error:
                if not self._stopping.is_set():
                    log.warning("Queue %s cannot be polled: %s", self._source.queue, error)
                self._stopping.wait(PAUSE_SECONDS)

    def _receive_batch(self) -> list[dict[str, Any]]:
        self._free.set()
        messages = self._receive(self._source.batch_size, WAIT_SECONDS)
        self._free.clear()
        deadline = time.monotonic() + self._source.window
        while messages and len(messages) < self._source.batch_size:
            remaining = deadline - time.monotonic()
            if remaining <= 0 or self._stopping.is_set():
                break
            messages += self._receive(
                self._source.batch_size - len(messages), min(WAIT_SECONDS, max(1, int(remaining)))
            )
        return messages

    def _receive(self, count: int, wait: int) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=min(count, MAX_RECEIVE),
            WaitTimeSeconds=wait,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return list(answer.get("Messages", []))

    def _handle(self, messages: list[dict[str, Any]]) -> None:
        if self._stopping.is_set():
            self._release(messages)
            return
        payload = json.dumps(build_event(messages, self._source.queue)).encode()
        outcome = self._run(payload)
        done = succeeded(messages, outcome, self._source.partial_failures)
        if outcome.failure:
            log.error("%s: %s", self._source.function, outcome.error().get("errorMessage"))
        for start in range(0, len(done), MAX_RECEIVE):
            self._delete(done[start : start + MAX_RECEIVE])

    def _run(self, payload: bytes) -> Outcome:
        """As Lambda does with a batch that finds no room: it is offered again, for as long as it is ours."""
        deadline = time.monotonic() + THROTTLED_SECONDS
        while True:
            outcome = self._invoke(self._source.function, payload)
            throttled = outcome.failure and outcome.error().get("errorType") == THROTTLED
            if not throttled or time.monotonic() > deadline or self._stopping.wait(PAUSE_SECONDS):
                return outcome

    def _delete(self, messages: list[dict[str, Any]]) -> None:
        entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(messages)]
        answer = self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)
        for failure in answer.get("Failed", []):
            log.warning("A message stays in %s and will be delivered again: %s", self._source.queue, failure)

    def _release(self, messages: list[dict[str, Any]]) -> None:
        # Received while stopping: visible again at once, for the next start.
        entries = [
            {"Id": str(n), "ReceiptHandle": m["ReceiptHandle"], "VisibilityTimeout": 0} for n, m in enumerate(messages)
        ]
        self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)
