"""Dead-letter queues in SQS."""

from collections.abc import Sequence
from typing import Any

from core.aws import aws_client
from core.observability import logger
from integration.errors import BrokerUnavailableError
from shared_schemas.integration import DeadLetterQueue

VISIBLE = "ApproximateNumberOfMessages"
IN_FLIGHT = "ApproximateNumberOfMessagesNotVisible"


class SqsDeadLetters:
    """The queues with the given names or URLs."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def depths(self) -> list[DeadLetterQueue]:
        if not self._names:
            return []
        # Botocore takes 0.2 s to import, which the event log should not pay for.
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            sqs = aws_client("sqs")
            return [_depth(sqs, name) for name in self._names]
        except (BotoCoreError, ClientError) as error:
            logger.error("A dead-letter queue cannot be read", error=str(error))
            raise BrokerUnavailableError from error


def _depth(sqs: Any, name: str) -> DeadLetterQueue:
    url = name if "://" in name else sqs.get_queue_url(QueueName=name)["QueueUrl"]
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[VISIBLE, IN_FLIGHT])["Attributes"]
    return DeadLetterQueue(name=url.rsplit("/", 1)[-1], messages=int(counts[VISIBLE]), in_flight=int(counts[IN_FLIGHT]))
