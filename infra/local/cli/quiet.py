"""Waits until a running system has nothing left to do that is due."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.request import urlopen

from infra.local.machine.aws import local_client
from infra.local.plan.endpoints import Endpoints
from infra.local.postgres.admin import execute
from infra.local.template.model import System

PATIENCE_SECONDS = 120
LOOK_SECONDS = 0.15
# A look takes a moment, in which work may move from a place not yet seen to one seen already.
LOOKS = 2
WAITING = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")
UNPUBLISHED = "SELECT count(*) FROM {service}.outbox WHERE published_at IS NULL"


class NotQuietError(Exception):
    """What is still under way after so long."""

    def __init__(self, work: "list[Work]") -> None:
        super().__init__(PATIENCE_SECONDS)
        self.work = work


@dataclass(frozen=True)
class Work:
    """So much is waiting in one place; `kind` names the sentence that says so."""

    kind: str
    count: int
    name: str = ""


class Quiet:
    """Looks everywhere that work may be: webhooks, outboxes, queues, functions."""

    def __init__(self, endpoints: Endpoints, system: System) -> None:
        self._endpoints = endpoints
        self._sqs = local_client("sqs", endpoints.aws_endpoint)
        names = {source.queue for source in system.queue_sources}
        self._queues = {name: self._sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in sorted(names)}
        publishing = (f.service for f in system.functions.values() if f.handler.endswith(".jobs.relay_outbox"))
        self._publishing = sorted(set(publishing))

    def wait(self) -> None:
        """`NotQuietError` if it takes too long."""
        deadline, seen = time.monotonic() + PATIENCE_SECONDS, 0
        while seen < LOOKS:
            work = next(self.work(), None)
            seen = 0 if work else seen + 1
            if work and time.monotonic() > deadline:
                raise NotQuietError(list(self.work()))
            time.sleep(LOOK_SECONDS)

    def work(self) -> Iterator[Work]:
        """In the order in which it moves on."""
        if due := self._read(f"{self._endpoints.sandbox_url}/_sandbox/clock").get("webhooks_due"):
            yield Work("webhooks", due)
        for service in self._publishing:
            if events := execute(self._endpoints.database_url, UNPUBLISHED.format(service=service))[0][0]:
                yield Work("unpublished", int(str(events)), service)
        for name, url in self._queues.items():
            told = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(WAITING))["Attributes"]
            if messages := sum(int(told.get(each, 0)) for each in WAITING):
                yield Work("queue", messages, name)
        if busy := self._read(f"{self._endpoints.lambda_endpoint}/_runtime/clock")["busy"]:
            yield Work("functions", busy)

    @staticmethod
    def _read(url: str) -> Any:
        with urlopen(url, timeout=10) as answer:  # noqa: S310
            return json.loads(answer.read())
