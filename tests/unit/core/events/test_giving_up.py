"""A message that failed for the last time is among the dead letters with what went wrong, once."""

import json
import re
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from core.aws import aws_client
from core.events.giving_up import LONGEST_ERROR, words
from core.http.paging import InvalidCursorError, decode_cursor
from tests.unit.core.events.test_redelivery import QUEUE, deliver, queue, received, send  # noqa: F401

DELIVERIES_ALLOWED = 3


@pytest.fixture
def letters(queue: str) -> str:  # noqa: F811
    """The URL of the dead-letter queue of the other."""
    sqs = aws_client("sqs")
    url = str(sqs.create_queue(QueueName=f"{QUEUE}-dead-letters")["QueueUrl"])
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {"deadLetterTargetArn": arn, "maxReceiveCount": DELIVERIES_ALLOWED}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps(policy)})
    return url


def said(letters: str) -> list[tuple[str, dict[str, str]]]:
    answer = aws_client("sqs").receive_message(
        QueueUrl=letters, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=0
    )
    return [
        (message["Body"], {name: value["StringValue"] for name, value in message["MessageAttributes"].items()})
        for message in answer.get("Messages", [])
    ]


def on_delivery(number: int, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [m | {"Attributes": m["Attributes"] | {"ApproximateReceiveCount": str(number)}} for m in messages]


def test_the_last_failure_is_told_with_the_letter_and_the_message_is_done(queue: str, letters: str) -> None:  # noqa: F811
    send(queue, "good", "bad")
    taken = on_delivery(DELIVERIES_ALLOWED, received(queue))

    answer = deliver(taken)

    assert answer == {"batchItemFailures": []}
    ((body, attributes),) = said(letters)
    bad = next(message for message in taken if message["Body"] == "bad")
    assert (body, attributes["Deliveries"], attributes["MessageId"]) == ("bad", "3", bad["MessageId"])
    assert attributes["SentTimestamp"] == bad["Attributes"]["SentTimestamp"]
    assert attributes["LastError"].startswith("RuntimeError")


def test_before_the_last_delivery_nothing_is_given_up(queue: str, letters: str) -> None:  # noqa: F811
    send(queue, "bad")
    taken = on_delivery(DELIVERIES_ALLOWED - 1, received(queue))

    answer = deliver(taken)

    assert answer == {"batchItemFailures": [{"itemIdentifier": taken[0]["MessageId"]}]}
    assert said(letters) == []


def test_where_the_dead_letters_are_out_of_reach_the_queue_gives_up_by_itself(queue: str, letters: str) -> None:  # noqa: F811
    send(queue, "bad")
    taken = on_delivery(DELIVERIES_ALLOWED, received(queue))
    aws_client("sqs").delete_queue(QueueUrl=letters)

    answer = deliver(taken)

    assert answer == {"batchItemFailures": [{"itemIdentifier": taken[0]["MessageId"]}]}


def test_words_name_the_error_its_code_and_our_line_but_no_value() -> None:
    with pytest.raises(InvalidCursorError) as caught:
        decode_cursor("Anna Ivanova")
    assert re.fullmatch(
        r"core\.http\.paging\.InvalidCursorError \(invalid_cursor\) at core\.http\.paging:\d+", words(caught.value)
    )


def test_words_of_the_database_are_its_code() -> None:
    refused = DBAPIError("SELECT :name", {"name": "Anna"}, Exception({"C": "23505", "M": "Key (name)=(Anna) exists"}))
    assert words(refused) == "sqlalchemy.exc.DBAPIError (23505)"


def test_words_are_bounded() -> None:
    assert len(words(type("E" * 1000, (Exception,), {})())) == LONGEST_ERROR
