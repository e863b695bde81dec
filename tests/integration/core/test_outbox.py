"""No event is lost, and none is published twice by relays that run at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Barrier, Event, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, Row, insert, select, text, update

from booking.tables import delivery
from core.events.outbox import RELAY_BATCH, Outbox
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import ServiceError
from tests.support.booking.made import NOW
from tests.support.database import EngineFor, RecordingPublisher
from tests.support.waiting import PATIENCE_SECONDS

outbox = Outbox(delivery.outbox)
table = delivery.outbox
pytestmark = pytest.mark.usefixtures("emptied")


class PartialPublisher:
    """A broker that refuses the events it is told to refuse."""

    def __init__(self, refused: set[UUID]) -> None:
        self.refused = refused

    def publish(self, envelopes: Sequence[Envelope]) -> set[UUID]:
        return {e.id for e in envelopes} - self.refused


class SlowPublisher(RecordingPublisher):
    """A broker that answers once it may; `asked` says that it has been asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.may_answer = Event(), Event()

    def publish(self, envelopes: Sequence[Envelope]) -> set[UUID]:
        self.asked.set()
        assert self.may_answer.wait(PATIENCE_SECONDS)
        return super().publish(envelopes)


@pytest.fixture(scope="module")
def another(engine_for: EngineFor) -> Engine:
    return engine_for("booking")


def event(detail: str = "") -> Envelope:
    data = ServiceError(service="booking", operation="test", code="boom", detail=detail)
    return Envelope.wrap(data, time=NOW, source="booking", correlation_id="flow-1", causation_id=None)


def store(engine: Engine, count: int = 1) -> list[Envelope]:
    events = [event(str(number)) for number in range(count)]
    with engine.begin() as connection:
        outbox.append(connection, events)
    return events


def rows(engine: Engine) -> dict[UUID, Row[Any]]:
    with engine.connect() as connection:
        return {row.event_id: row for row in connection.execute(select(table).order_by(table.c.position))}


def clock(engine: Engine) -> datetime:
    """The database's time."""
    with engine.connect() as connection:
        now: datetime = connection.execute(text("SELECT now()")).scalar_one()
    return now


def make_due(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(update(table).values(next_attempt_at=text("now() - interval '1 second'")))


def published(engine: Engine) -> set[UUID]:
    return {event_id for event_id, row in rows(engine).items() if row.published_at}


def test_an_event_comes_back_as_it_went_in(engine: Engine) -> None:
    sent, broker = store(engine), RecordingPublisher()
    make_due(engine)
    assert outbox.relay(engine, broker) == 1
    assert broker.taken == sent


def test_publishing_marks_what_the_broker_took(engine: Engine) -> None:
    first, second = store(engine, 2)
    outbox.publish(engine, PartialPublisher({second.id}), [first, second])
    assert published(engine) == {first.id}


def test_a_failure_to_publish_leaves_the_row_for_the_relay(engine: Engine) -> None:
    sent, broker = store(engine), RecordingPublisher(down=True)
    outbox.publish(engine, broker, sent)
    assert published(engine) == set()

    broker.down = False
    make_due(engine)
    assert outbox.relay(engine, broker) == 1
    assert (broker.taken, published(engine)) == (sent, {sent[0].id})
    assert outbox.relay(engine, broker) == 0


def test_the_relay_leaves_alone_what_is_about_to_be_published(engine: Engine) -> None:
    store(engine)
    broker = RecordingPublisher()
    assert (outbox.relay(engine, broker), broker.taken) == (0, [])


def test_a_refused_event_waits_longer_each_time(engine: Engine) -> None:
    [sent] = store(engine)
    for attempts, seconds in enumerate([10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900, 900], start=1):
        make_due(engine)
        before = clock(engine)
        assert outbox.relay(engine, PartialPublisher({sent.id})) == 0
        row, wait = rows(engine)[sent.id], timedelta(seconds=seconds)
        assert before + wait <= row.next_attempt_at <= clock(engine) + wait
        assert row.attempts == attempts


def test_one_refused_event_does_not_hold_up_the_others(engine: Engine) -> None:
    first, second, third = store(engine, 3)
    make_due(engine)
    assert outbox.relay(engine, PartialPublisher({second.id})) == 2
    assert published(engine) == {first.id, third.id}


def test_a_row_that_holds_no_event_stops_no_other(engine: Engine) -> None:
    broken, broker = uuid4(), RecordingPublisher()
    with engine.begin() as connection:
        connection.execute(insert(table).values(event_id=broken, type="old", envelope={"of": "another release"}))
    sent = store(engine)
    make_due(engine)

    assert outbox.relay(engine, broker) == 1

    assert (broker.taken, published(engine)) == (sent, {sent[0].id})
    assert rows(engine)[broken].attempts == 1


def test_the_relay_works_through_more_than_a_batch_in_order(engine: Engine) -> None:
    sent, broker = store(engine, RELAY_BATCH * 2 + 1), RecordingPublisher()
    make_due(engine)
    assert outbox.relay(engine, broker) == len(sent)
    assert broker.taken == sent


def test_with_the_broker_down_the_relay_asks_it_once(engine: Engine) -> None:
    broker = RecordingPublisher(down=True)
    store(engine, RELAY_BATCH * 2)
    make_due(engine)
    assert outbox.relay(engine, broker) == 0
    assert sorted(row.attempts for row in rows(engine).values()) == [0] * RELAY_BATCH + [1] * RELAY_BATCH


def test_a_second_relay_skips_what_the_first_is_publishing(engine: Engine, another: Engine) -> None:
    sent, slow, quick = store(engine, 3), SlowPublisher(), RecordingPublisher()
    make_due(engine)
    relay = Thread(target=outbox.relay, args=(engine, slow))
    relay.start()
    try:
        assert slow.asked.wait(PATIENCE_SECONDS)
        assert outbox.relay(another, quick) == 0
    finally:
        slow.may_answer.set()
        relay.join()
    assert (quick.taken, slow.taken) == ([], sent)


def test_two_relays_at_once_never_publish_an_event_twice(engine: Engine, another: Engine) -> None:
    sent = store(engine, RELAY_BATCH * 4)
    make_due(engine)
    brokers, start = [RecordingPublisher(), RecordingPublisher()], Barrier(2)

    def relay(mine: Engine, broker: RecordingPublisher) -> None:
        start.wait()
        outbox.relay(mine, broker)

    threads = [Thread(target=relay, args=pair) for pair in zip((engine, another), brokers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    taken = [e.id for broker in brokers for e in broker.taken]
    assert len(taken) == len(set(taken))
    # One may find all due events locked by the other and go; none is left behind all the same.
    outbox.relay(engine, brokers[0])
    assert sorted(e.id for broker in brokers for e in broker.taken) == sorted(e.id for e in sent)


def test_an_event_that_could_not_be_marked_is_published_again(engine: Engine, engine_for: EngineFor) -> None:
    """At least once: the mark is lost, the event is not, and the caller never hears of it."""
    sent, broker = store(engine), RecordingPublisher()
    stranger = engine_for("payment")
    outbox.publish(stranger, broker, sent)
    assert (broker.taken, published(engine)) == (sent, set())

    make_due(engine)
    outbox.relay(engine, broker)
    assert broker.taken == sent * 2


def test_the_lag_is_the_age_of_the_oldest_unpublished_event(engine: Engine) -> None:
    with engine.connect() as connection:
        assert outbox.lag_seconds(connection) == 0
    old, _ = store(engine, 2)
    with engine.begin() as connection:
        aged = update(table).where(table.c.event_id == old.id)
        connection.execute(aged.values(created_at=text("now() - interval '600 seconds'")))
        assert outbox.lag_seconds(connection) == pytest.approx(600)
    outbox.publish(engine, RecordingPublisher(), [old])
    with engine.connect() as connection:
        assert outbox.lag_seconds(connection) < 600


def test_an_event_is_stored_once(engine: Engine) -> None:
    [sent] = store(engine)
    with pytest.raises(Exception, match="outbox_event_id_key"), engine.begin() as connection:
        outbox.append(connection, [sent])
    assert list(rows(engine)) == [sent.id]
