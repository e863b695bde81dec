"""A part of a unit of work may fail alone."""

import pytest
from sqlalchemy import Engine, text

from booking.tables import delivery
from core.http.idempotency import IdempotencyKey
from core.unit_of_work import UnitOfWork
from shared_schemas.events.operations import ServiceError
from tests.support.clock import FixedClock
from tests.support.database import RecordingPublisher


class PartError(Exception):
    """What goes wrong in a part."""


@pytest.fixture
def broker() -> RecordingPublisher:
    return RecordingPublisher()


@pytest.fixture
def work(engine: Engine, broker: RecordingPublisher) -> UnitOfWork:
    return UnitOfWork(engine, delivery, broker, FixedClock(), "booking")


def happened(code: str) -> ServiceError:
    return ServiceError(service="booking", operation="test", code=code, detail="")


def key(value: str) -> IdempotencyKey:
    return IdempotencyKey("user-1", "POST /v1/things", value, "digest")


def test_a_part_that_fails_leaves_neither_rows_nor_events(work: UnitOfWork, broker: RecordingPublisher) -> None:
    with work:
        work.emit(happened("before"))
        work.idempotency.remember(key("before"), {})
        with pytest.raises(PartError), work.savepoint():
            work.emit(happened("within"))
            work.idempotency.remember(key("within"), {})  # It has not left for the server when the part fails.
            raise PartError
        work.emit(happened("after"))
        work.commit()

    assert [envelope.data["code"] for envelope in broker.taken] == ["before", "after"]
    with work:
        assert work.idempotency.replay(key("before")) == {}
        assert work.idempotency.replay(key("within")) is None


def test_a_refusal_of_the_server_does_not_end_the_work(work: UnitOfWork, broker: RecordingPublisher) -> None:
    with work:
        with pytest.raises(Exception, match="division by zero"), work.savepoint():
            work.emit(happened("within"))
            work.connection.execute(text("SELECT 1 / 0"))
        assert work.connection.execute(text("SELECT 1")).scalar_one() == 1
        work.commit()

    assert broker.taken == []


def test_a_part_that_succeeds_counts_with_the_rest(work: UnitOfWork, broker: RecordingPublisher) -> None:
    with work:
        with work.savepoint():
            work.emit(happened("kept"))
            work.idempotency.remember(key("kept"), {"a": 1})
        work.commit()

    assert len(broker.taken) == 1
    with work:
        assert work.idempotency.replay(key("kept")) == {"a": 1}
