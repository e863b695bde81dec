"""SQS batches as Lambda receives them, and which messages its answer says are done."""

import json
from collections.abc import Sequence
from typing import Any

from infra.local.execution.invocation import Outcome
from infra.local.machine.region import ACCOUNT, REGION


def build_event(messages: Sequence[dict[str, Any]], queue: str) -> dict[str, Any]:
    """The event of one batch, from ReceiveMessage's answer."""
    return {"Records": [_record(message, queue) for message in messages]}


def _record(message: dict[str, Any], queue: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {"stringValue": value.get("StringValue"), "dataType": value.get("DataType")}
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message.get("MD5OfBody", ""),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}",
        "awsRegion": REGION,
    }


def succeeded(messages: Sequence[dict[str, Any]], outcome: Outcome, partial_failures: bool) -> list[dict[str, Any]]:
    """The messages to delete. As on AWS, an answer that makes no sense means that the whole batch failed."""
    if outcome.failure:
        return []
    if not partial_failures:
        return list(messages)
    failures = _failures(outcome.payload)
    if failures is None or not failures <= {message["MessageId"] for message in messages}:
        return []
    return [message for message in messages if message["MessageId"] not in failures]


def _failures(payload: bytes) -> set[str] | None:
    try:
        answer = json.loads(payload)
        items = (answer or {}).get("batchItemFailures") or []
        return {str(item["itemIdentifier"]) for item in items}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
