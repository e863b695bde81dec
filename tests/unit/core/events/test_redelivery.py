"""When what failed is delivered again."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.aws import aws_client
from core.events import redelivery
from core.events.consumer import message_consumer
from core.events.redelivery import pause

QUEUE = "studio-messages"
PATIENCE = "300"


@pytest.fixture
def queue(aws: None) -> Iterator[str]:
    """A queue's URL; what is taken from it and not put off comes again after five minutes."""
    for cached in (redelivery._url, redelivery._settings):
        cached.cache_clear()
    made = aws_client("sqs").create_queue(QueueName=QUEUE, Attributes={"VisibilityTimeout": PATIENCE})
    yield str(made["QueueUrl"])
    for cached in (redelivery._url, redelivery._settings):
        cached.cache_clear()


def received(url: str) -> list[dict[str, Any]]:
    answer = aws_client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])
    return list(answer.get("Messages", []))


def deliver(messages: list[dict[str, Any]], queue: str = QUEUE) -> dict[str, Any]:
    """What a consumer says that cannot do anything with the word "bad"."""

    def handle(record: Any) -> None:
        if record.body == "bad":
            raise RuntimeError(record.body)

    records = [
        {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:eu-central-1:123456789012:{queue}",
        }
        for message in messages
    ]
    return message_consumer(handle)({"Records": records}, None)


def send(url: str, *bodies: str) -> None:
    for body in bodies:
        aws_client("sqs").send_message(QueueUrl=url, MessageBody=body)


def test_what_failed_comes_again_after_its_pause_and_nothing_else(queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETRY_PAUSE_SECONDS", "0")
    send(queue, "good", *["bad"] * 12)
    taken = received(queue) + received(queue)
    assert len(taken) == 13

    answer = deliver(taken)

    assert len(answer["batchItemFailures"]) == 12
    again = received(queue) + received(queue)
    assert [message["Body"] for message in again] == ["bad"] * 12
    assert {message["Attributes"]["ApproximateReceiveCount"] for message in again} == {"2"}


def test_it_does_not_come_before(queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETRY_PAUSE_SECONDS", "60")
    send(queue, "bad")

    deliver(received(queue))

    assert received(queue) == []


def test_a_queue_that_cannot_be_told_keeps_its_own_patience(queue: str) -> None:
    send(queue, "bad")
    taken = received(queue)

    answer = deliver(taken, queue="no-such-queue")

    assert answer == {"batchItemFailures": [{"itemIdentifier": taken[0]["MessageId"]}]}
    assert received(queue) == []


def test_pauses_triple_up_to_the_longest() -> None:
    assert [pause(n, 5, 900, lambda: 0.999999) for n in range(1, 8)] == [5, 15, 45, 135, 405, 900, 900]
    assert [pause(n, 5, 900, lambda: 0) for n in (1, 2, 3)] == [2, 8, 22]


@given(st.integers(1, 10_000), st.floats(0, 900), st.floats(0, 43200), st.floats(0, 1, exclude_max=True))
def test_a_pause_is_one_that_sqs_takes(deliveries: int, first: float, longest: float, chance: float) -> None:
    assert 0 <= pause(deliveries, first, longest, lambda: chance) <= 43200
