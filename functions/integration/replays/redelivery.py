"""Sends events again: over the bus to all, or straight into one subscriber's queue."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from core.aws import aws_client
from core.events.broker import batches
from core.events.outbox import Publisher
from core.observability import logger
from integration.errors import BrokerUnavailableError
from integration.replays.domain import Subscription
from integration.replays.errors import NotTakenError
from shared_schemas.events.envelope import Envelope

DEAD_LETTERS = "-dead-letters"


class BusSubscriptions:
    """The subscribers whose dead-letter queues have the given names or URLs; infra/subscription.yaml names them all:
    `<bus>-<subscriber>` is a rule and its queue, and that with `-dead-letters` the queue of what it gave up."""

    def __init__(self, bus: str, dead_letter_queues: Sequence[str]) -> None:
        self._bus = bus
        queues = [queue.removesuffix(DEAD_LETTERS) for queue in dead_letter_queues]
        self._queues = {queue.rpartition("/")[2].removeprefix(f"{bus}-"): queue for queue in queues}

    def names(self) -> Sequence[str]:
        return list(self._queues)

    def find(self, name: str) -> Subscription:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            queue = self._queues[name]
            url = queue if "://" in queue else aws_client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
            rule = aws_client("events").describe_rule(Name=f"{self._bus}-{name}", EventBusName=self._bus)
        except (BotoCoreError, ClientError) as error:
            logger.error("A subscription cannot be read", subscriber=name, error=str(error))
            raise BrokerUnavailableError from error
        return Subscription(name, url, rule["Arn"], json.loads(rule["EventPattern"]).get("detail-type"))


class BrokerRedelivery:
    """Gives events to the broker."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    def to_all(self, envelopes: Sequence[Envelope]) -> None:
        self._require_all(envelopes, _asked(lambda: self._publisher.publish(envelopes)))

    def to_one(self, subscription: Subscription, envelopes: Sequence[Envelope]) -> None:
        sqs, taken = aws_client("sqs"), set[UUID]()
        for batch in batches(envelopes):
            entries = [{"Id": str(e.id), "MessageBody": _body(subscription, e, detail)} for e, detail in batch]
            answer = _asked(lambda e=entries: sqs.send_message_batch(QueueUrl=subscription.queue, Entries=e))
            for refused in answer.get("Failed", []):
                logger.error("A queue refused an event", subscriber=subscription.name, result=refused)
            taken |= {UUID(entry["Id"]) for entry in answer.get("Successful", [])}
        self._require_all(envelopes, taken)

    def _require_all(self, envelopes: Sequence[Envelope], taken: set[UUID]) -> None:
        if missing := [str(e.id) for e in envelopes if e.id not in taken]:
            raise NotTakenError(f"the broker did not take {', '.join(missing)}")


def _asked(call: Any) -> Any:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return call()
    except (BotoCoreError, ClientError) as error:
        raise NotTakenError(f"the broker does not answer: {error}") from error


def _body(subscription: Subscription, envelope: Envelope, detail: str) -> str:
    """What EventBridge puts into a queue; subscribers read the `detail`."""
    region, account = subscription.rule.split(":")[3:5]
    event = {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": envelope.type,
        "source": f"cyclorama.{envelope.source}",
        "account": account,
        "time": envelope.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [],
        "detail": json.loads(detail),
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))
