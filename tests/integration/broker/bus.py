"""A bus with subscribers as infra/subscription.yaml makes them, on whichever broker runs."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from infra.local.machine.region import ACCOUNT, REGION
from infra.local.run.broker import Provisioner
from infra.local.template.model import Queue, Rule, System
from tests.support.waiting import PATIENCE_SECONDS

EVERYTHING = {"source": [{"prefix": "cyclorama."}]}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": "*",
        }
    ],
}


@dataclass
class Bus:
    """Subscribe, receive, look into queues."""

    events: Any
    sqs: Any
    endpoint: str
    name: str = field(default_factory=lambda: f"bus-{uuid4().hex[:8]}")

    def subscribe(
        self, name: str, pattern: dict[str, Any] | None = None, visibility: int = 60, receives: int = 3
    ) -> str:
        """A rule, its queue and that queue's dead letters; returns the queue's URL."""
        full = f"{self.name}-{name}"
        dead = Queue(f"{full}-dead-letters", {})
        redrive = json.dumps({"deadLetterTargetArn": arn(dead.name), "maxReceiveCount": receives})
        attributes = {"VisibilityTimeout": str(visibility), "RedrivePolicy": redrive, "Policy": json.dumps(POLICY)}
        rule = Rule(full, self.name, pattern or EVERYTHING, {"queue": arn(full)})
        system = System(queues=(Queue(full, attributes), dead), buses=(self.name,), rules=(rule,))
        Provisioner(self.endpoint, NoValues()).provision(system)  # type: ignore[arg-type]
        return self.url(full)

    def url(self, queue: str) -> str:
        return str(self.sqs.get_queue_url(QueueName=queue)["QueueUrl"])

    def receive(self, url: str, wait: int = 2) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=wait, AttributeNames=["All"]
        )
        return list(answer.get("Messages", []))

    def bodies(self, url: str, count: int) -> list[dict[str, Any]]:
        """So many events at least, as a subscriber reads them off its queue, each done with."""
        found: list[dict[str, Any]] = []
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(found) < count and time.monotonic() < deadline:
            for message in self.receive(url):
                found.append(json.loads(message["Body"]))
                self.done(url, message)
        return found

    def done(self, url: str, message: dict[str, Any]) -> None:
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def ids(self, url: str, count: int) -> list[str]:
        return sorted(body["detail"]["id"] for body in self.bodies(url, count))


class NoValues:
    """There are no secrets and no parameters here."""

    def stored_parameters(self, _parameters: object) -> dict[str, str]:
        return {}


def arn(queue: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"


def sorted_ids(events: Sequence[Any]) -> list[str]:
    return sorted(str(event.id) for event in events)
