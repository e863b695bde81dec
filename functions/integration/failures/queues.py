"""Dead-letter queues in SQS."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from core.aws import aws_client
from core.observability import logger
from integration.errors import BrokerUnavailableError

T = TypeVar("T")
SUFFIX = "-dead-letters"
VISIBLE = "ApproximateNumberOfMessages"
IN_FLIGHT = "ApproximateNumberOfMessagesNotVisible"


class SqsDeadLetters:
    """The queues with the given names or URLs: `<bus>-<subscriber>-dead-letters`, as infra/subscription.yaml says."""

    def __init__(self, bus: str, queues: Sequence[str]) -> None:
        self._bus = bus
        self._queues = {subscriber_of(queue, bus): queue for queue in queues}

    def names(self) -> Sequence[str]:
        return list(self._queues)

    def depths(self) -> dict[str, tuple[int, int]]:
        return _asked(lambda: {name: _depth(queue) for name, queue in self._queues.items()})

    def redrive(self, name: str, bodies: Sequence[str]) -> list[bool]:
        entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
        url = _asked(lambda: _url(self._queues[name].removesuffix(SUFFIX)))
        answer = _asked(lambda: aws_client("sqs").send_message_batch(QueueUrl=url, Entries=entries))
        for refused in answer.get("Failed", []):
            logger.error("A queue refused a letter", queue=name, result=refused)
        taken = {entry["Id"] for entry in answer.get("Successful", [])}
        return [entry["Id"] in taken for entry in entries]


def subscriber_of(queue: str, bus: str) -> str:
    """Whose dead letters a queue holds, by its name, URL or ARN."""
    return queue.replace(":", "/").rpartition("/")[2].removesuffix(SUFFIX).removeprefix(f"{bus}-")


def _depth(queue: str) -> tuple[int, int]:
    sqs = aws_client("sqs")
    counts = sqs.get_queue_attributes(QueueUrl=_url(queue), AttributeNames=[VISIBLE, IN_FLIGHT])["Attributes"]
    return int(counts[VISIBLE]), int(counts[IN_FLIGHT])


def _url(queue: str) -> Any:
    return queue if "://" in queue else aws_client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]


def _asked(call: Callable[[], T]) -> T:
    # Botocore takes 0.2 s to import, which the event log should not pay for.
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return call()
    except (BotoCoreError, ClientError) as error:
        logger.error("A dead-letter queue cannot be reached", error=str(error))
        raise BrokerUnavailableError from error
