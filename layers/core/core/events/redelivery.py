"""When a failed message is delivered again: soon at first, because most failures are short, then after growing
pauses."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache
from typing import Any

from core.aws import calls
from core.aws.errors import AwsCallError
from core.events.broker import MAX_ENTRIES
from core.observability import count, logger
from core.settings import RedeliverySettings, load_settings

GROWTH = 3


def pause(deliveries: int, first: float, longest: float, chance: Callable[[], float]) -> int:
    """Seconds until the next delivery after this many; `chance` in [0, 1) spreads messages that failed together over
    half of it. SQS counts in whole seconds."""
    whole = min(first * float(GROWTH) ** min(deliveries - 1, 20), longest)
    return round(whole * (0.5 + chance() / 2))


def put_off(records: Sequence[dict[str, Any]], failed: Collection[str], chance: Callable[[], float]) -> None:
    """Have the records of a batch whose message ids `failed` delivered again after their pause.

    If the queue does not answer they come when its visibility time-out ends, which is later but harmless."""
    settings = _settings()
    for arn in {record["eventSourceARN"] for record in records if record["messageId"] in failed}:
        entries = [
            {
                "Id": str(number),
                "ReceiptHandle": record["receiptHandle"],
                "VisibilityTimeout": pause(
                    int(record["attributes"]["ApproximateReceiveCount"]),
                    settings.retry_pause_seconds,
                    settings.retry_longest_pause_seconds,
                    chance,
                ),
            }
            for number, record in enumerate(records)
            if record["messageId"] in failed and record["eventSourceARN"] == arn
        ]
        _tell(arn.rpartition(":")[2], entries)


def _tell(queue: str, entries: Sequence[dict[str, Any]]) -> None:
    try:
        url = _url(queue)
        for some in _tens(entries):
            answer = calls.json_service("sqs").call("ChangeMessageVisibilityBatch", {"QueueUrl": url, "Entries": some})
            if refused := answer.get("Failed"):
                logger.warning("Messages come again later than they might", queue=queue, refused=refused)
    except AwsCallError as error:
        logger.warning("Messages come again later than they might", queue=queue, error=str(error))
        count("RedeliveryNotPutOff", queue=queue)


def _tens(entries: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    yield from (entries[start : start + MAX_ENTRIES] for start in range(0, len(entries), MAX_ENTRIES))


@cache
def _url(queue: str) -> str:
    return str(calls.json_service("sqs").call("GetQueueUrl", {"QueueName": queue})["QueueUrl"])


@cache
def _settings() -> RedeliverySettings:
    return load_settings(RedeliverySettings)
