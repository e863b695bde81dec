"""Events on their way once more, through EventBridge and SQS as moto plays them."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from core.aws import aws_client, calls
from core.events.broker import EventBridgePublisher
from integration.errors import BrokerUnavailableError
from integration.replays import redelivery
from integration.replays.domain import Subscription
from integration.replays.errors import NotTakenError
from integration.replays.redelivery import BrokerRedelivery, BusSubscriptions
from shared_schemas.events.envelope import Envelope
from tests.support.by_boto3 import ByBoto3
from tests.support.samples import envelope

RULE = "arn:aws:events:eu-central-1:123456789012:rule/cyclorama/cyclorama-one"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {"DEFAULT_REGION": "eu-central-1", "ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    aws_client.cache_clear()
    monkeypatch.setattr(calls, "json_service", ByBoto3)
    with mock_aws():
        boto3.client("events").create_event_bus(Name="cyclorama")
        yield
    aws_client.cache_clear()


def events(count: int) -> list[Envelope]:
    first = envelope("eventbridge_booking_created")
    return [first.model_copy(update={"id": uuid4()}) for _ in range(count)]


def queue(name: str) -> str:
    return str(boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"])


def received(url: str) -> list[dict[str, Any]]:
    sqs, found = boto3.client("sqs"), []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in messages]
    return found


def redelivery_of_the_bus() -> BrokerRedelivery:
    return BrokerRedelivery(EventBridgePublisher("cyclorama"))


@pytest.mark.usefixtures("aws")
def test_one_subscriber_gets_what_eventbridge_would_send() -> None:
    url, sent = queue("one"), events(23)

    redelivery_of_the_bus().to_one(Subscription("one", url, RULE, None), sent)

    bodies = received(url)
    assert sorted(body["detail"]["id"] for body in bodies) == sorted(str(e.id) for e in sent)
    body, first = bodies[0], sent[0]
    assert Envelope.model_validate(body["detail"]).data == first.data
    assert {name: body[name] for name in ("version", "detail-type", "source", "account", "region", "resources")} == {
        "version": "0", "detail-type": "booking.created", "source": "cyclorama.booking", "account": "123456789012",
        "region": "eu-central-1", "resources": [],
    }  # fmt: skip
    assert body["time"] == first.time.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert body.keys() == {
        *("version", "id", "detail-type", "source", "account", "time", "region"),
        "resources",
        "detail",
    }


class ChoosyQueue:
    """Refuses one entry of each batch, as SQS may."""

    def send_message_batch(self, Entries: list[dict[str, Any]], **_to: str) -> dict[str, Any]:  # noqa: N803
        first, *others = Entries
        return {
            "Failed": [{"Id": first["Id"], "Code": "InternalError"}],
            "Successful": [{"Id": e["Id"]} for e in others],
        }


def test_what_a_queue_refused_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redelivery, "aws_client", lambda _service: ChoosyQueue())
    sent = events(3)
    with pytest.raises(NotTakenError, match=str(sent[0].id)) as caught:
        redelivery_of_the_bus().to_one(Subscription("one", "https://sqs.test/one", RULE, None), sent)
    assert str(sent[1].id) not in str(caught.value)


@pytest.mark.usefixtures("aws")
def test_all_subscribers_are_reached_over_the_bus() -> None:
    client, url = boto3.client("events"), queue("all")
    client.put_rule(Name="all", EventBusName="cyclorama", EventPattern='{"source": [{"prefix": "cyclorama."}]}')
    arn = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client.put_targets(Rule="all", EventBusName="cyclorama", Targets=[{"Id": "queue", "Arn": arn}])
    sent = events(2)

    redelivery_of_the_bus().to_all(sent)

    assert sorted(body["detail"]["id"] for body in received(url)) == sorted(str(e.id) for e in sent)


@pytest.mark.usefixtures("aws")
def test_a_queue_that_is_not_there_takes_nothing() -> None:
    with pytest.raises(NotTakenError):
        redelivery_of_the_bus().to_one(Subscription("one", "https://sqs.test/0/nobody", RULE, None), events(1))


class Nothing:
    def publish(self, _envelopes: object) -> set[object]:
        return set()


def test_a_bus_that_takes_nothing_is_noticed() -> None:
    with pytest.raises(NotTakenError):
        BrokerRedelivery(Nothing()).to_all(events(1))  # type: ignore[arg-type]


@pytest.mark.usefixtures("aws")
def test_a_subscription_is_read_off_its_rule() -> None:
    url = queue("cyclorama-one")
    pattern = {"source": [{"prefix": "cyclorama."}], "detail-type": ["booking.created"]}
    client = boto3.client("events")
    client.put_rule(Name="cyclorama-one", EventBusName="cyclorama", EventPattern=json.dumps(pattern))
    client.put_rule(Name="cyclorama-all", EventBusName="cyclorama", EventPattern='{"source": ["cyclorama.booking"]}')
    names = ["cyclorama-one-dead-letters", "https://sqs.test/0/cyclorama-all-dead-letters"]

    subscriptions = BusSubscriptions("cyclorama", names)

    assert subscriptions.names() == ["one", "all"]
    assert subscriptions.find("one") == Subscription("one", url, RULE, ["booking.created"])
    everything = subscriptions.find("all")
    assert (everything.queue, everything.types) == ("https://sqs.test/0/cyclorama-all", None)


@pytest.mark.usefixtures("aws")
def test_a_rule_that_cannot_be_read_is_no_empty_one() -> None:
    with pytest.raises(BrokerUnavailableError):
        BusSubscriptions("cyclorama", ["https://sqs.test/0/cyclorama-one-dead-letters"]).find("one")
