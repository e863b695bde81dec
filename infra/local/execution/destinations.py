"""What Lambda tells a failure destination of an invocation that it gives up."""

import json
from datetime import UTC, datetime
from uuid import uuid4

from infra.local.execution.invocation import Outcome
from infra.local.machine.aws import LocalAws, LocalAwsError
from infra.local.machine.logs import log
from infra.local.template.model import Function


def failure_record(function: Function, payload: bytes, outcome: Outcome | None, attempts: int) -> str:
    """The record of an event that no attempt could handle; without an outcome the function was never free."""
    document = {
        "version": "1.0",
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "requestContext": {
            "requestId": str(uuid4()),
            "functionArn": f"{function.arn}:$LATEST",
            "condition": "RetriesExhausted" if outcome else "EventAgeExceeded",
            "approximateInvokeCount": attempts,
        },
        "requestPayload": json.loads(payload),
    }
    if outcome:
        answered = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
        document |= {"responseContext": answered, "responsePayload": outcome.error()}
    return json.dumps(document)


def send_record(endpoint: str, queue_arn: str, record: str) -> None:
    """Put it into the queue; where that fails, only the log knows of it."""
    aws = LocalAws(endpoint)
    try:
        url = aws.ask("sqs", "GetQueueUrl", QueueName=queue_arn.rpartition(":")[2])["QueueUrl"]
        aws.ask("sqs", "SendMessage", QueueUrl=url, MessageBody=record)
    except LocalAwsError as error:
        log.error("A failed invocation could not be reported to %s: %s", queue_arn, error)
