"""What operators see of the dead-letter queues."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from core.aws import aws_client
from integration.errors import BrokerUnavailableError
from integration.failures.queues import SqsDeadLetters, subscriber_of
from integration.settings import IntegrationSettings


@pytest.fixture
def sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    aws_client.cache_clear()
    with mock_aws():
        yield boto3.client("sqs")
    aws_client.cache_clear()


def test_each_queue_is_counted_by_name_or_url(sqs: Any) -> None:
    calm = sqs.create_queue(QueueName="bus-calm-dead-letters")["QueueUrl"]
    full = sqs.create_queue(QueueName="bus-full-dead-letters")["QueueUrl"]
    for _ in range(3):
        sqs.send_message(QueueUrl=full, MessageBody="{}")
    sqs.receive_message(QueueUrl=full, MaxNumberOfMessages=1)

    queues = SqsDeadLetters("bus", [calm, "bus-full-dead-letters"])

    assert queues.names() == ["calm", "full"]
    assert queues.depths() == {"calm": (0, 0), "full": (2, 1)}


@pytest.mark.parametrize("named", ["bus-some-dead-letters", "url"])
def test_letters_go_back_to_the_queue_that_gave_them_up(sqs: Any, named: str) -> None:
    source = sqs.create_queue(QueueName="bus-some")["QueueUrl"]
    dead = sqs.create_queue(QueueName="bus-some-dead-letters")["QueueUrl"]

    taken = SqsDeadLetters("bus", [dead if named == "url" else named]).redrive("some", ["one", "two"])

    assert taken == [True, True]
    messages = sqs.receive_message(QueueUrl=source, MaxNumberOfMessages=10)["Messages"]
    assert sorted(message["Body"] for message in messages) == ["one", "two"]


@pytest.mark.usefixtures("sqs")
def test_a_queue_that_cannot_be_read_is_no_empty_queue() -> None:
    queues = SqsDeadLetters("bus", ["nobody-made-this"])
    for ask in (queues.depths, lambda: queues.redrive("nobody-made-this", ["x"])):
        with pytest.raises(BrokerUnavailableError):
            ask()


@pytest.mark.parametrize(
    "queue",
    [
        "cyclorama-payment-refunds-dead-letters",
        "http://127.0.0.1:5050/000000000000/cyclorama-payment-refunds-dead-letters",
        "arn:aws:sqs:eu-central-1:000000000000:cyclorama-payment-refunds-dead-letters",
    ],
)
def test_a_queue_is_called_by_its_subscriber(queue: str) -> None:
    assert subscriber_of(queue, "cyclorama") == "payment-refunds"


def test_the_setting_is_a_list_and_may_be_empty() -> None:
    def names(value: str) -> tuple[str, ...]:
        settings = IntegrationSettings(service="integration", database_url="unused", dead_letter_queues=value)
        return settings.dead_letter_queue_names

    assert names("one, https://sqs.test/2 ,") == ("one", "https://sqs.test/2")
    assert names("") == ()
    assert SqsDeadLetters("bus", names("")).depths() == {}
