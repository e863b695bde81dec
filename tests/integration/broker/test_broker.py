"""What Cyclorama asks of a broker. Every broker that it runs on must do it, or our own code must make up for it."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from core.events.broker import EventBridgePublisher
from infra.local.sources.sqs_event import build_event, succeeded
from integration.replays.domain import Subscription
from integration.replays.redelivery import BrokerRedelivery, BusSubscriptions
from shared_schemas.events.envelope import Envelope
from tests.integration.broker.bus import Bus, sorted_ids
from tests.support.samples import envelope


def events(count: int, **changes: Any) -> list[Envelope]:
    first = envelope("eventbridge_booking_created")
    return [first.model_copy(update={"id": uuid4(), **changes}) for _ in range(count)]


def publish(bus: Bus, sent: list[Envelope]) -> set[UUID]:
    return EventBridgePublisher(bus.name).publish(sent)


def test_a_rule_brings_what_it_asks_for_and_nothing_else(bus: Bus) -> None:
    created = bus.subscribe("created", {"source": [{"prefix": "cyclorama."}], "detail-type": ["booking.created"]})
    everything = bus.subscribe("everything")
    of_payment = bus.subscribe("payment", {"source": ["cyclorama.payment"]})
    booked, cancelled = events(1), events(1, type="booking.cancelled", version=99)

    assert publish(bus, booked + cancelled) == {e.id for e in booked + cancelled}

    assert bus.ids(everything, 2) == sorted_ids(booked + cancelled)
    assert bus.ids(created, 1) == sorted_ids(booked)
    assert bus.receive(created, 0) == bus.receive(of_payment, 1) == []


def test_a_subscriber_reads_the_envelope_as_it_was_sent(bus: Bus) -> None:
    queue, [sent] = bus.subscribe("one"), events(1)
    publish(bus, [sent])
    [body] = bus.bodies(queue, 1)
    assert Envelope.model_validate(body["detail"]) == sent
    assert (body["detail-type"], body["source"]) == (sent.type, f"cyclorama.{sent.source}")


def test_more_than_one_request_holds_arrives_whole(bus: Bus) -> None:
    queue, sent = bus.subscribe("one"), events(23)
    assert publish(bus, sent) == {e.id for e in sent}
    assert bus.ids(queue, 23) == sorted_ids(sent)


def test_what_no_subscriber_could_take_never_reaches_the_broker(bus: Bus) -> None:
    queue, good = bus.subscribe("one"), events(1)
    malformed = good[0].model_copy(update={"id": uuid4(), "data": {"booking_id": "?"}})
    assert publish(bus, [malformed, *good]) == {good[0].id}
    assert bus.ids(queue, 1) == sorted_ids(good)
    assert bus.receive(queue, 1) == []


def test_a_bus_that_is_not_there_is_an_error(bus: Bus) -> None:
    with pytest.raises(Exception, match="ResourceNotFound"):
        EventBridgePublisher(f"{bus.name}-nowhere").publish(events(1))


def test_what_is_not_done_with_comes_again_after_its_visibility(bus: Bus) -> None:
    queue = bus.subscribe("one", visibility=1)
    publish(bus, events(1))
    [first] = bus.receive(queue, 5)
    [again] = bus.receive(queue, 5)
    assert again["MessageId"] == first["MessageId"]
    assert int(again["Attributes"]["ApproximateReceiveCount"]) == 2


def test_what_is_received_is_nobody_elses_meanwhile(bus: Bus) -> None:
    queue = bus.subscribe("one", visibility=60)
    publish(bus, events(1))
    [message] = bus.receive(queue, 5)
    assert bus.receive(queue, 1) == []
    bus.sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    assert [m["MessageId"] for m in bus.receive(queue, 5)] == [message["MessageId"]]


def test_of_a_batch_only_what_failed_comes_again(bus: Bus) -> None:
    queue, sent = bus.subscribe("one", visibility=1), events(3)
    publish(bus, sent)
    batch: list[dict[str, Any]] = []
    while len(batch) < 3:
        batch += bus.receive(queue, 5)
    records = build_event(batch, "one")["Records"]
    poison = records[1]["messageId"]
    answer = json.dumps({"batchItemFailures": [{"itemIdentifier": poison}]}).encode()

    for message in succeeded(batch, Answered(answer), partial_failures=True):  # type: ignore[arg-type]
        bus.done(queue, message)

    [again] = bus.receive(queue, 5)
    assert again["MessageId"] == poison


class Answered:
    """An invocation that ended well."""

    failure = None

    def __init__(self, payload: bytes) -> None:
        self.payload = payload


def test_poison_becomes_a_dead_letter_and_blocks_no_other(bus: Bus) -> None:
    queue = bus.subscribe("one", visibility=1, receives=2)
    [poison], sound = events(1), events(3)
    publish(bus, [poison, *sound])
    handled: set[str] = set()
    dead = bus.url(f"{bus.name}-one-dead-letters")
    for _ in range(15):
        for message in bus.receive(queue, 1):
            event_id = json.loads(message["Body"])["detail"]["id"]
            if event_id != str(poison.id):
                handled.add(event_id)
                bus.done(queue, message)
        if letters := bus.receive(dead, 0):
            break
    assert sorted(handled) == sorted_ids(sound)
    assert [json.loads(letter["Body"])["detail"]["id"] for letter in letters] == [str(poison.id)]
    assert bus.receive(queue, 1) == []


def test_provisioning_again_changes_nothing_and_loses_nothing(bus: Bus) -> None:
    queue, sent = bus.subscribe("one", visibility=60), events(1)
    publish(bus, sent)
    assert bus.subscribe("one", visibility=30) == queue
    attributes = bus.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["VisibilityTimeout"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "30"
    assert bus.ids(queue, 1) == sorted_ids(sent)
    more = events(1)
    publish(bus, more)
    assert bus.ids(queue, 1) == sorted_ids(more)


def test_the_queues_policy_is_kept(bus: Bus) -> None:
    """Neither broker enforces it, AWS does."""
    queue = bus.subscribe("one")
    kept = bus.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["Policy", "RedrivePolicy"])["Attributes"]
    assert json.loads(kept["Policy"])["Statement"][0]["Principal"] == {"Service": "events.amazonaws.com"}
    assert int(json.loads(kept["RedrivePolicy"])["maxReceiveCount"]) == 3


def test_a_replay_finds_one_subscriber_and_reaches_it_alone(bus: Bus) -> None:
    pattern = {"source": [{"prefix": "cyclorama."}], "detail-type": ["booking.created"]}
    one, other = bus.subscribe("one", pattern), bus.subscribe("other")
    subscription = BusSubscriptions(bus.name, [f"{one}-dead-letters"]).find("one")
    assert (subscription.queue, subscription.types) == (one, ["booking.created"])
    sent, redelivery = events(12), BrokerRedelivery(EventBridgePublisher(bus.name))

    redelivery.to_one(subscription, sent)

    assert bus.ids(one, 12) == sorted_ids(sent)
    assert bus.receive(other, 1) == []


def test_a_replayed_body_is_what_the_rule_sends(bus: Bus) -> None:
    queue, [sent] = bus.subscribe("one"), events(1)
    publish(bus, [sent])
    [original] = bus.bodies(queue, 1)
    found = BusSubscriptions(bus.name, [f"{queue}-dead-letters"]).find("one")
    BrokerRedelivery(EventBridgePublisher(bus.name)).to_one(Subscription(*vars(found).values()), [sent])
    [replayed] = bus.bodies(queue, 1)
    # The id is of the delivery, and ministack has a time of its own.
    own = {"id", "time"}
    assert {k: v for k, v in replayed.items() if k not in own} == {k: v for k, v in original.items() if k not in own}
    assert replayed.keys() == original.keys()
