"""On its last delivery a failed message goes to the dead-letter queue together with the error, which SQS's own redrive
policy cannot add."""

import json
import os
from collections.abc import Mapping, Sequence
from traceback import walk_tb
from typing import Any

from sqlalchemy.exc import DBAPIError

from core.aws import calls
from core.aws.errors import AwsCallError
from core.clock import SystemClock
from core.events.broker import MAX_ENTRIES
from core.observability import count, logger
from core.postgres.database import sqlstate
from shared_schemas.errors import CycloramaError

DELIVERIES = "Deliveries"
LAST_ERROR = "LastError"
MESSAGE_ID = "MessageId"
SENT_AT = "SentTimestamp"
"""Names of the message attributes; the last two are those that the message had in its own queue."""
LONGEST_ERROR = 300


def words(error: BaseException) -> str:
    """The error's type, its code or SQLSTATE, and the line of our code that raised it: never a value of the message,
    which may be personal data."""
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    code = error.code if isinstance(error, CycloramaError) else sqlstate(error) if isinstance(error, DBAPIError) else ""
    parts = [name, f"({code})" if code else "", f"at {place}" if (place := _place(error)) else ""]
    return " ".join(filter(None, parts))[:LONGEST_ERROR]


def give_up(records: Sequence[dict[str, Any]], failed: Mapping[str, BaseException]) -> set[str]:
    """The ids of the messages that failed for the last time and that the dead-letter queue took.

    If a queue does not answer, its own redrive policy does the same a moment later, without the error."""
    taken: set[str] = set()
    for arn in {record["eventSourceARN"] for record in records if record["messageId"] in failed}:
        of_queue = [r for r in records if r["eventSourceARN"] == arn and r["messageId"] in failed]
        taken |= _asked(arn.rpartition(":")[2], of_queue, failed)
    return taken


def _asked(queue: str, records: Sequence[dict[str, Any]], failed: Mapping[str, BaseException]) -> set[str]:
    taken: set[str] = set()
    try:
        target, patience = _redrive_policy(queue)
        last = [record for record in records if target and _deliveries(record) >= patience]
        for start in range(0, len(last), MAX_ENTRIES):
            taken |= _moved(target, last[start : start + MAX_ENTRIES], failed)
    except AwsCallError as error:
        logger.warning("A message is given up without its words", queue=queue, error=str(error))
        count("GivenUpWithoutWords", queue=queue)
    return taken


def _redrive_policy(queue: str) -> tuple[str, int]:
    """The name of its dead-letter queue, and the number of deliveries. Asked each time, as it can change."""
    asked = {"QueueUrl": _url(queue), "AttributeNames": ["RedrivePolicy"]}
    attributes = calls.json_service("sqs").call("GetQueueAttributes", asked).get("Attributes", {})
    policy = json.loads(attributes.get("RedrivePolicy") or "{}")
    return str(policy.get("deadLetterTargetArn", "")).rpartition(":")[2], int(policy.get("maxReceiveCount", 0))


def _moved(target: str, records: Sequence[dict[str, Any]], failed: Mapping[str, BaseException]) -> set[str]:
    entries = [
        {"Id": str(n), "MessageBody": record["body"], "MessageAttributes": _told(record, failed[record["messageId"]])}
        for n, record in enumerate(records)
    ]
    asked = {"QueueUrl": _url(target), "Entries": entries}
    answer = calls.json_service("sqs").call("SendMessageBatch", asked)
    for refused in answer.get("Failed", []):
        logger.warning("A message is given up without its words", queue=target, refused=refused)
    return {records[int(entry["Id"])]["messageId"] for entry in answer.get("Successful", [])}


def _url(queue: str) -> str:
    return str(calls.json_service("sqs").call("GetQueueUrl", {"QueueName": queue})["QueueUrl"])


def _told(record: dict[str, Any], error: BaseException) -> dict[str, Any]:
    sent = record["attributes"].get("SentTimestamp") or str(round(SystemClock().now().timestamp() * 1000))
    values = {MESSAGE_ID: record["messageId"], SENT_AT: sent, LAST_ERROR: words(error)}
    told = {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}
    return told | {DELIVERIES: {"DataType": "Number", "StringValue": str(_deliveries(record))}}


def _deliveries(record: dict[str, Any]) -> int:
    return int(record["attributes"]["ApproximateReceiveCount"])


def _place(error: BaseException) -> str:
    """The innermost line of the service's own code or of the runtime's, as `module:line`."""
    ours = {os.environ.get("SERVICE", ""), "core", "shared_schemas"}
    lines = [(frame.f_globals.get("__name__", ""), line) for frame, line in walk_tb(error.__traceback__)]
    return next((f"{module}:{line}" for module, line in reversed(lines) if module.split(".")[0] in ours), "")
