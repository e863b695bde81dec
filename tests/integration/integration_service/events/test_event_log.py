"""The event log on real PostgreSQL."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from core.events.consumer import consumer
from core.http.paging import InvalidCursorError
from integration.composition import App
from integration.events.errors import EventNotFoundError
from integration.events.service import EventLog
from integration.settings import IntegrationSettings
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.events import EventsQuery, LoggedEvent
from tests.support.booking.made import NOW
from tests.support.samples import envelope, sample
from tests.support.world import world


@pytest.fixture
def log(engine: Engine) -> Iterator[EventLog]:
    yield App(world("integration", IntegrationSettings, engine)).event_log


def event(**changes: Any) -> Envelope:
    first = envelope("eventbridge_booking_created")
    return first.model_copy(update={"id": uuid4(), "correlation_id": str(uuid4()), **changes})


def listed(log: EventLog, **query: Any) -> list[LoggedEvent]:
    return log.page(EventsQuery.model_validate(query)).data


def test_an_event_is_found_whole_by_its_id(log: EventLog) -> None:
    paid = envelope("sqs_payment_succeeded").model_copy(update={"id": uuid4()})

    log.record(paid)

    found = log.get(paid.id)
    assert Envelope.model_validate(found.model_dump(include=set(Envelope.model_fields))) == paid
    assert (str(found.booking_id), str(found.payment_id)) == (paid.data["booking_id"], paid.data["payment_id"])
    with pytest.raises(EventNotFoundError):
        log.get(uuid4())


def test_an_event_delivered_twice_is_kept_once(log: EventLog) -> None:
    made = event(correlation_id="a-flow")

    log.record(made)
    log.record(made)

    assert [found.id for found in listed(log, correlation_id="a-flow")] == [made.id]


def test_an_event_that_nobody_knows_is_kept_all_the_same(log: EventLog) -> None:
    strange = event(type="crm.synced", version=9, data={"booking_id": "not an id", "deep": {"er": [1]}})

    log.record(strange)

    assert (log.get(strange.id).data, log.get(strange.id).booking_id) == (strange.data, None)


def test_a_flow_a_booking_a_type_and_a_span_of_time_can_be_asked_for(log: EventLog) -> None:
    booking, flow = uuid4(), "one-flow"
    made = event(correlation_id=flow, data={"booking_id": str(booking)}, time=NOW)
    paid = event(correlation_id=flow, type="payment.succeeded", time=NOW + timedelta(minutes=2))
    other = event(data={"booking_id": str(booking)}, time=NOW + timedelta(minutes=1))
    for each in (made, paid, other):
        log.record(each)

    def ids(**query: Any) -> list[UUID]:
        return [found.id for found in listed(log, **query)]

    assert ids(correlation_id=flow) == [paid.id, made.id]
    assert ids(booking_id=booking) == [other.id, made.id]
    assert ids(correlation_id=flow, type="payment.succeeded") == [paid.id]
    assert ids(booking_id=booking, **{"from": NOW, "to": NOW + timedelta(minutes=1)}) == [made.id]
    assert ids(payment_id=uuid4()) == []


def test_pages_join_into_the_whole_list_even_within_one_instant(log: EventLog) -> None:
    flow = "paged"
    made = [event(correlation_id=flow, time=NOW + timedelta(seconds=i // 3)) for i in range(7)]
    for each in made:
        log.record(each)

    seen: list[LoggedEvent] = []
    cursor: str | None = None
    while True:
        page = log.page(EventsQuery(correlation_id=flow, limit=2, cursor=cursor))
        seen += page.data
        if (cursor := page.next_cursor) is None:
            break

    assert sorted(e.id for e in seen) == sorted(e.id for e in made)
    assert [e.time for e in seen] == sorted((e.time for e in made), reverse=True)


@pytest.mark.parametrize("cursor", ["x", "AAAA", "MjAyNi0xMi0wMXwx", "2026-12-01"])
def test_a_made_up_cursor_is_refused(log: EventLog, cursor: str) -> None:
    with pytest.raises(InvalidCursorError):
        listed(log, cursor=cursor)


def test_the_event_of_a_queue_is_logged_and_a_broken_record_alone_comes_again(log: EventLog) -> None:
    batch = sample("sqs_payment_succeeded")
    broken = {**batch["Records"][0], "messageId": "broken", "body": '{"detail": {"type": "no envelope"}}'}

    answer = consumer(log.record)({"Records": [broken, *batch["Records"]]}, None)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "broken"}]}
    assert log.get(envelope("sqs_payment_succeeded").id).type == "payment.succeeded"
