"""EventBridge takes ten entries and 256 KB a request, and may refuse single ones in an answer of 200."""

import json
from typing import Any

import pytest

from core.aws import aws_client, calls
from core.events.broker import ENTRY_OVERHEAD, MAX_BYTES, EventBridgePublisher
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import ServiceError
from tests.support.booking.made import NOW


class EventBridge:
    """Checks what the real one checks; refuses single events by the `detail` they are told to have."""

    def __init__(self) -> None:
        self.requests: list[list[dict[str, Any]]] = []
        self.refused = ""
        self.buses = ["cyclorama"]

    def call(self, action: str, document: dict[str, Any]) -> dict[str, Any]:
        if action == "DescribeEventBus":
            if document["Name"] not in self.buses:
                raise LookupError(document["Name"])
            return document
        entries = document["Entries"]
        assert action == "PutEvents" and 0 < len(entries) <= 10
        assert sum(len(entry["Detail"].encode()) for entry in entries) <= 256 * 1024
        self.requests.append(entries)
        return {"Entries": [self._answer(entry) for entry in entries]}

    def _answer(self, entry: dict[str, Any]) -> dict[str, str]:
        if self.refused and json.loads(entry["Detail"])["data"]["detail"] == self.refused:
            return {"ErrorCode": "InternalFailure", "ErrorMessage": "try again"}
        return {"EventId": "e1"}


@pytest.fixture
def bridge(monkeypatch: pytest.MonkeyPatch) -> EventBridge:
    fake = EventBridge()
    monkeypatch.setattr(calls, "json_service", lambda _service: fake)
    return fake


def event(detail: str = "") -> Envelope:
    data = ServiceError(service="booking", operation="test", code="boom", detail=detail)
    return Envelope.wrap(data, time=NOW, source="booking", correlation_id="flow-1", causation_id="cause-1")


def sized(size: int, letter: str = "x") -> Envelope:
    """An event that counts as `size` bytes."""
    padding = size - ENTRY_OVERHEAD - len(event().model_dump_json().encode())
    return event(letter * (padding // len(letter.encode())))


def publish(*events: Envelope) -> set[Any]:
    return EventBridgePublisher("cyclorama").publish(events)


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (10, [10]), (11, [10, 1]), (25, [10, 10, 5])])
def test_ten_events_go_in_a_request(bridge: EventBridge, count: int, sizes: list[int]) -> None:
    events = [event(str(number)) for number in range(count)]
    assert publish(*events) == {e.id for e in events}
    assert [len(entries) for entries in bridge.requests] == sizes
    sent = [json.loads(entry["Detail"])["id"] for entries in bridge.requests for entry in entries]
    assert sent == [str(e.id) for e in events]


def test_requests_stay_within_256_kb(bridge: EventBridge) -> None:
    events = [sized(100_000) for _ in range(5)]
    assert publish(*events) == {e.id for e in events}
    assert [len(entries) for entries in bridge.requests] == [2, 2, 1]


def test_a_request_may_be_full_to_the_byte(bridge: EventBridge) -> None:
    half = MAX_BYTES // 2
    publish(sized(half), sized(half), sized(half), sized(half + 1))
    assert [len(entries) for entries in bridge.requests] == [2, 1, 1]


def test_bytes_count_not_characters(bridge: EventBridge) -> None:
    publish(*(sized(200_000, "щ") for _ in range(2)))
    assert [len(entries) for entries in bridge.requests] == [1, 1]


def test_an_oversized_event_is_left_and_does_not_block_the_others(bridge: EventBridge) -> None:
    first, huge, last = event("1"), sized(MAX_BYTES + 1), event("2")
    assert publish(first, huge, last) == {first.id, last.id}
    assert publish(sized(MAX_BYTES)) != set()


def test_a_refused_entry_is_told_from_those_that_were_taken(bridge: EventBridge) -> None:
    bridge.refused = "12"
    events = [event(str(number)) for number in range(15)]
    assert publish(*events) == {e.id for e in events} - {events[12].id}


@pytest.mark.parametrize(
    "wrong",
    [
        {"data": {"service": "booking"}},
        {"data": "text"},
        {"data": {"when": object()}},
        {"time": "today"},
        {"correlation_id": ""},
    ],
)
def test_what_no_subscriber_could_take_is_not_sent(bridge: EventBridge, wrong: dict[str, Any]) -> None:
    """Not every broker refuses it, and one that takes it has lost it."""
    good = event("1")
    malformed = Envelope.model_construct(**(vars(event()) | wrong))
    assert publish(malformed, good) == {good.id}
    assert [len(entries) for entries in bridge.requests] == [1]


def test_what_only_a_newer_release_knows_is_sent(bridge: EventBridge) -> None:
    newer = event().model_copy(update={"version": 99, "data": {"anything": 1}})
    assert publish(newer) == {newer.id}


def test_nothing_goes_to_a_bus_that_is_not_there(bridge: EventBridge) -> None:
    """A broker may take events for any bus, and they are gone."""
    bridge.buses = []
    with pytest.raises(LookupError):
        publish(event())
    assert bridge.requests == []


@pytest.mark.usefixtures("aws")
def test_an_entry_reaches_the_rules_of_the_bus() -> None:
    """Moto applies the rule's pattern, and keeps in an archive what passes."""
    client = aws_client("events")
    arn = client.create_event_bus(Name="cyclorama")["EventBusArn"]
    pattern = {"source": ["cyclorama.booking"], "detail-type": ["service.error"], "detail": {"version": [1]}}
    client.create_archive(ArchiveName="a", EventSourceArn=arn, EventPattern=json.dumps(pattern))
    one = event()
    assert publish(one) == {one.id}
    assert client.describe_archive(ArchiveName="a")["EventCount"] == 1
