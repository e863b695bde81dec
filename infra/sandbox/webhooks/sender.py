"""Sends what the queue holds."""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import aiohttp
from yarl import URL

from infra.sandbox.clock import system_time
from infra.sandbox.providers.base import Dialect
from infra.sandbox.webhooks.backoff import after_attempt
from infra.sandbox.webhooks.model import Delivery
from infra.sandbox.webhooks.queue import WebhookQueue

log = logging.getLogger("sandbox")
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
AT_ONCE = 8
POLL_SECONDS = 0.2
# The part of an answer that is read.
ANSWER_BYTES = 1024


class WebhookSender:
    """Sends due webhooks to `<url>/<gateway>` or their own address, a few at a time, none twice at once."""

    def __init__(self, queue: WebhookQueue, url: str, dialects: Mapping[str, Dialect]) -> None:
        self._queue = queue
        self._url = url
        self._dialects = dialects
        self._in_flight: dict[int, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Send until cancelled; what is in progress then is sent again after the next start."""
        async with aiohttp.ClientSession(timeout=TIMEOUT) as self._session:
            try:
                while True:
                    self._queue.added.clear()
                    for delivery in self._queue.due():
                        self._start(delivery)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._queue.added.wait(), POLL_SECONDS)
            finally:
                tasks = list(self._in_flight.values())
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def send_now(self, payment_id: str) -> None:
        """Make one attempt for each queued webhook of a payment, and wait for it."""
        tasks = [self._start(delivery) for delivery in self._queue.queued(payment_id)]
        if tasks:
            await asyncio.wait(tasks)

    def _start(self, delivery: Delivery) -> "asyncio.Task[None]":
        if not (task := self._in_flight.get(delivery.id)):
            task = self._in_flight[delivery.id] = asyncio.create_task(self._attempt(delivery))
            task.add_done_callback(lambda done: self._finished(delivery.id, done))
        return task

    def _finished(self, delivery_id: int, task: "asyncio.Task[None]") -> None:
        del self._in_flight[delivery_id]
        if not task.cancelled() and (error := task.exception()):
            log.error("webhook %d could not be recorded", delivery_id, exc_info=error)

    async def _attempt(self, delivery: Delivery) -> None:
        async with self._slots:
            status, answer, error = await self._deliver(delivery)
        dialect = self._dialects[delivery.provider]
        taken = status is not None and dialect.accepts(status, answer)
        now = delivery.model_copy(update={"due_at": max(delivery.due_at, system_time())})
        done = after_attempt(now, dialect.schedule, taken, status, error)
        self._queue.save(done)
        level = logging.INFO if taken else logging.WARNING
        log.log(level, "webhook %s of %s: %s (attempt %d)", done.event, done.payment_id, status or error, done.attempts)

    async def _deliver(self, delivery: Delivery) -> tuple[int | None, bytes, str | None]:
        url, body = delivery.url or f"{self._url}/{delivery.provider}", delivery.body.encode()
        options: dict[str, Any] = {"data": body, "headers": {"Content-Type": delivery.content_type}}
        if delivery.method == "GET":
            url, options = f"{url}{'&' if '?' in url else '?'}{delivery.body}", {}
        try:
            async with self._session.request(
                delivery.method, URL(url, encoded=True), allow_redirects=False, **options
            ) as response:
                return response.status, await response.content.read(ANSWER_BYTES), None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            return None, b"", f"{type(error).__name__}: {error}".removesuffix(": ")
