"""What operators see of the dead-letter queues."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from core.aws import aws_client
from integration.dead_letters import SqsDeadLetters
from integration.errors import BrokerUnavailableError
from integration.service_dead_letters import DeadLetterWatch
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


def test_each_queue_is_counted_by_name_or_url_the_fullest_first(sqs: Any) -> None:
    calm = sqs.create_queue(QueueName="calm-dead-letters")["QueueUrl"]
    full = sqs.create_queue(QueueName="full-dead-letters")["QueueUrl"]
    for _ in range(3):
        sqs.send_message(QueueUrl=full, MessageBody="{}")
    sqs.receive_message(QueueUrl=full, MaxNumberOfMessages=1)

    queues = DeadLetterWatch(SqsDeadLetters([calm, "full-dead-letters"])).depths()

    assert [(q.name, q.messages, q.in_flight) for q in queues] == [
        ("full-dead-letters", 2, 1),
        ("calm-dead-letters", 0, 0),
    ]


@pytest.mark.usefixtures("sqs")
def test_a_queue_that_cannot_be_read_is_no_empty_queue() -> None:
    with pytest.raises(BrokerUnavailableError):
        SqsDeadLetters(["nobody-made-this"]).depths()


def test_the_setting_is_a_list_and_may_be_empty() -> None:
    def names(value: str) -> tuple[str, ...]:
        settings = IntegrationSettings(service="integration", database_url="unused", dead_letter_queues=value)
        return settings.dead_letter_queue_names

    assert names("one, https://sqs.test/2 ,") == ("one", "https://sqs.test/2")
    assert names("") == ()
    assert SqsDeadLetters(names("")).depths() == []
