"""State, event, inbox row and idempotency key are there together, or none of them is."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, MetaData, select, text
from sqlalchemy.exc import DBAPIError

from booking.tables import delivery
from core.context import flow
from core.events.gathering import published_together
from core.events.inbox import Inbox
from core.events.outbox import Outbox
from core.http.idempotency import IdempotencyKey, RequestInFlightError
from core.unit_of_work import UnitOfWork
from shared_schemas.common import Money
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import ServiceError
from tests.support.booking.made import NOW, FixedClock
from tests.support.database import EngineFor, RecordingPublisher

HAPPENED = ServiceError(service="booking", operation="test", code="boom", detail="")


class WatchingPublisher(RecordingPublisher):
    """A broker that looks, from a connection of its own, whether what it is given is committed."""

    def __init__(self, observer: Engine) -> None:
        super().__init__()
        self._observer = observer
        self.committed: list[bool] = []

    def publish(self, envelopes: Sequence[Envelope]) -> set[UUID]:
        stored = events(self._observer)
        self.committed += [e.id in stored for e in envelopes]
        return super().publish(envelopes)


@pytest.fixture(scope="module")
def observer(engine_for: EngineFor) -> Engine:
    return engine_for("booking")


@pytest.fixture
def broker(observer: Engine) -> WatchingPublisher:
    return WatchingPublisher(observer)


@pytest.fixture
def key() -> IdempotencyKey:
    return IdempotencyKey("user-1", "POST /v1/things", str(uuid4()), "digest")


def unit_of_work(engine: Engine, broker: RecordingPublisher) -> UnitOfWork:
    return UnitOfWork(engine, delivery, broker, FixedClock(), "booking")


def events(engine: Engine) -> dict[UUID, bool]:
    """Which events are stored, and whether they are marked as published."""
    table = delivery.outbox
    with engine.connect() as connection:
        return {row.event_id: row.published_at is not None for row in connection.execute(select(table))}


def keys(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.execute(select(delivery.idempotency.c.key)).scalars())


def accepted(engine: Engine) -> set[UUID]:
    with engine.connect() as connection:
        return set(connection.execute(select(delivery.inbox.c.event_id)).scalars())


def do_everything(work: UnitOfWork, key: IdempotencyKey, event_id: UUID) -> None:
    assert work.idempotency.replay(key) is None
    assert work.inbox.accept("subscriber", event_id)
    work.emit(HAPPENED)
    work.idempotency.remember(key, {"done": True})


def test_a_commit_keeps_everything_and_then_publishes(
    engine: Engine, observer: Engine, broker: WatchingPublisher, key: IdempotencyKey
) -> None:
    event_id = uuid4()
    with flow("flow-1", "cause-1"), unit_of_work(engine, broker) as work:
        do_everything(work, key, event_id)
        assert broker.taken == []
        work.commit()

    [sent] = broker.taken
    assert broker.committed == [True]
    # The mark is on its way: on its own connection it comes before the next statement.
    assert events(engine)[sent.id]
    assert key.value in keys(observer) and event_id in accepted(observer)
    assert (sent.type, sent.source, sent.time) == ("service.error", "booking", NOW)
    assert (sent.correlation_id, sent.causation_id) == ("flow-1", "cause-1")


def test_what_is_committed_together_is_published_in_one_request(
    engine: Engine, observer: Engine, broker: WatchingPublisher
) -> None:
    with published_together():
        for _ in range(3):
            with unit_of_work(engine, broker) as work:
                work.emit(HAPPENED)
                work.commit()
        assert broker.sizes == []
    assert (broker.sizes, broker.committed) == ([3], [True] * 3)
    # The relay has nothing left to do.
    assert all(events(engine)[sent.id] for sent in broker.taken)


def test_leaving_without_a_commit_keeps_nothing(
    engine: Engine, observer: Engine, broker: WatchingPublisher, key: IdempotencyKey
) -> None:
    before, event_id = events(observer), uuid4()
    with unit_of_work(engine, broker) as work:
        do_everything(work, key, event_id)
    assert (broker.taken, events(observer)) == ([], before)
    assert key.value not in keys(observer) and event_id not in accepted(observer)


def test_an_exception_keeps_nothing_and_goes_on(
    engine: Engine, observer: Engine, broker: WatchingPublisher, key: IdempotencyKey
) -> None:
    before, event_id = events(observer), uuid4()
    with pytest.raises(ZeroDivisionError), unit_of_work(engine, broker) as work:
        do_everything(work, key, event_id)
        raise ZeroDivisionError
    assert (broker.taken, events(observer)) == ([], before)
    assert key.value not in keys(observer) and event_id not in accepted(observer)


def test_a_change_whose_event_cannot_be_stored_is_not_made(
    engine: Engine, observer: Engine, broker: WatchingPublisher, key: IdempotencyKey
) -> None:
    gone = replace(delivery, outbox=delivery.outbox.to_metadata(MetaData(), name="no_outbox"))
    event_id = uuid4()
    with pytest.raises(DBAPIError), UnitOfWork(engine, gone, broker, FixedClock(), "booking") as work:
        do_everything(work, key, event_id)
        work.commit()
    assert broker.taken == []
    assert key.value not in keys(observer) and event_id not in accepted(observer)


def test_with_the_broker_down_the_change_stands_and_the_event_waits(engine: Engine, observer: Engine) -> None:
    broker = RecordingPublisher(down=True)
    with unit_of_work(engine, broker) as work:
        work.emit(HAPPENED)
        work.commit()
    [waiting] = [event_id for event_id, published in events(observer).items() if not published]

    broker.down = False
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {delivery.outbox.fullname} SET next_attempt_at = now()"))  # noqa: S608
    Outbox(delivery.outbox).relay(engine, broker)
    assert [e.id for e in broker.taken] == [waiting]


def test_after_a_failure_the_connection_is_good_for_the_next(engine: Engine, broker: WatchingPublisher) -> None:
    with pytest.raises(Exception, match="division by zero"), unit_of_work(engine, broker) as work:
        work.connection.execute(text("SELECT 1 / 0"))
    with unit_of_work(engine, broker) as work:
        assert work.connection.execute(text("SELECT 1")).scalar_one() == 1


def test_two_at_once_with_one_key_do_the_work_once(
    engine: Engine, observer: Engine, broker: WatchingPublisher, key: IdempotencyKey
) -> None:
    with unit_of_work(engine, broker) as first:
        assert first.idempotency.replay(key) is None
        with pytest.raises(RequestInFlightError), unit_of_work(observer, broker) as second:
            second.idempotency.replay(key)
        first.idempotency.remember(key, {"done": True})
        first.commit()
    with unit_of_work(observer, broker) as second:
        assert second.idempotency.replay(key) == {"done": True}


def test_an_event_takes_effect_once_per_subscriber(engine: Engine, observer: Engine) -> None:
    event_id = uuid4()
    with engine.begin() as connection:
        assert Inbox(connection, delivery.inbox).accept("one", event_id)
    with observer.begin() as connection:
        inbox = Inbox(connection, delivery.inbox)
        assert not inbox.accept("one", event_id)
        assert inbox.accept("two", event_id)
        assert not inbox.accept("two", event_id)
        assert inbox.accept("one", uuid4())


def test_a_subscriber_with_a_new_name_takes_nothing_again(engine: Engine) -> None:
    before, since = uuid4(), uuid4()
    with engine.begin() as connection:
        assert Inbox(connection, delivery.inbox).accept("former", before)
        inbox = Inbox(connection, delivery.inbox, {"new": "former"})
        assert not inbox.accept("new", before)
        assert inbox.accept("new", since)
        assert not inbox.accept("new", since)
        # Of another subscriber nothing was noted.
        assert inbox.accept("other", before)


def test_an_event_whose_effect_was_rolled_back_is_taken_again(engine: Engine) -> None:
    event_id = uuid4()
    with engine.connect() as connection:
        assert Inbox(connection, delivery.inbox).accept("one", event_id)
        connection.rollback()
        assert Inbox(connection, delivery.inbox).accept("one", event_id)


def test_a_thing_is_made_once_for_a_key(engine: Engine, broker: WatchingPublisher, key: IdempotencyKey) -> None:
    made: list[Money] = []

    def once(amount: int) -> Money:
        with unit_of_work(engine, broker) as work:
            return work.once(key, Money, lambda: _made(work, amount))

    def _made(work: UnitOfWork, amount: int) -> Money:
        work.emit(HAPPENED)
        made.append(Money(amount=amount))
        return made[-1]

    assert once(100) == once(200) == Money(amount=100)
    assert made == [Money(amount=100)] and len(broker.committed) == 1 and key.value in keys(engine)


def test_what_fails_is_not_remembered(engine: Engine, broker: WatchingPublisher, key: IdempotencyKey) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work(engine, broker) as work:
        work.once(key, Money, lambda: Money(amount=1 // 0))
    assert key.value not in keys(engine)
