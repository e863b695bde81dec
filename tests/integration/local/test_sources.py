"""Queues and schedules against the real broker."""

import json
import time
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError

from infra.local.machine.aws import local_client
from infra.local.machine.region import REGION
from infra.local.testing.system import LocalSystem
from tests.support.waiting import PATIENCE_SECONDS


def queue_url(sqs: Any, name: str) -> str:
    return str(sqs.get_queue_url(QueueName=name)["QueueUrl"])


def wait_for(sqs: Any, queue: str, text: str, count: int = 1) -> list[dict[str, Any]]:
    """The first messages in the queue whose body holds the text; the others are dropped."""
    url, deadline = queue_url(sqs, queue), time.monotonic() + PATIENCE_SECONDS
    found: list[dict[str, Any]] = []
    while len(found) < count:
        assert time.monotonic() < deadline, f"{len(found)} messages with {text!r} came to {queue}"
        answer = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            if text in message["Body"]:
                found.append(json.loads(message["Body"]))
    return found


def test_an_event_goes_through_the_bus_and_its_rule_to_the_consumer(system: LocalSystem, sqs: Any) -> None:
    events = local_client("events", system.endpoints.aws_endpoint)
    entry = {"EventBusName": "fixture", "Source": "fixture.test", "DetailType": "x", "Detail": '{"mark": "bus"}'}

    assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0

    (record,) = wait_for(sqs, "Memory", "bus")
    assert record["eventSourceARN"].endswith(":Jobs")
    assert json.loads(record["body"])["detail"] == {"mark": "bus"}


def test_a_failed_item_comes_again_and_ends_among_the_dead_letters(sqs: Any) -> None:
    jobs = queue_url(sqs, "Jobs")
    bodies = [json.dumps({"mark": mark}) for mark in ("fine-1", "poison", "fine-2")]
    entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
    sqs.send_message_batch(QueueUrl=jobs, Entries=entries)

    assert wait_for(sqs, "Dead", "poison") == [{"mark": "poison"}]
    # Those beside it were done once and are gone.
    done = wait_for(sqs, "Memory", "fine", count=2)
    assert sorted(json.loads(record["body"])["mark"] for record in done) == ["fine-1", "fine-2"]
    assert {record["attributes"]["ApproximateReceiveCount"] for record in done} == {"1"}


def test_a_schedule_sends_eventbridges_event(sqs: Any) -> None:
    event, *_ = wait_for(sqs, "Memory", "Scheduled Event")

    assert (event["source"], event["detail-type"]) == ("aws.events", "Scheduled Event")
    assert event["resources"] == ["arn:aws:events:us-east-1:000000000000:rule/TickOften"]


def test_a_poll_that_hangs_up_takes_no_message_with_it(system: LocalSystem, sqs: Any) -> None:
    url = str(sqs.create_queue(QueueName="HungUp")["QueueUrl"])
    once = Config(read_timeout=0.5, retries={"total_max_attempts": 1})
    with pytest.raises(ReadTimeoutError):
        impatient(system, once).receive_message(QueueUrl=url, WaitTimeSeconds=20)

    sqs.send_message(QueueUrl=url, MessageBody="for who is there")

    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
    assert message["Body"] == "for who is there"


def impatient(system: LocalSystem, config: Config) -> Any:
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local", "region_name": REGION}
    return boto3.client("sqs", endpoint_url=system.endpoints.aws_endpoint, config=config, **keys)  # type: ignore[call-overload]
