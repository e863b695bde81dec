"""A job works in bounded batches, stops when time is up, and goes round what fails."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, column, select, table, text

from booking.tables import delivery
from core.job_failures import not_put_off
from core.jobs import MINUTE, Batches, Turn, job
from core.unit_of_work import UnitOfWork
from shared_schemas.events.operations import ServiceError
from tests.support.clock import FixedClock
from tests.support.database import EngineFor, RecordingPublisher, administer
from tests.support.system.environment import Context

NAME = "test"
QUEUE = table("queue", column("id"), column("position"), column("done"), schema="booking")


class PoisonError(Exception):
    """What a row does to whoever handles it."""


class Queue:
    """A table of things to do, and the job that does them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.broker, self.clock = RecordingPublisher(), FixedClock()
        self.work = partial(UnitOfWork, engine, delivery, self.broker, self.clock, "booking")
        self.poison: set[UUID] = set()
        self.batches: list[int] = []
        self.job = Batches(NAME, self.work, self._due, self._handle, size=4)

    def fill(self, count: int) -> list[UUID]:
        ids = [uuid4() for _ in range(count)]
        with self.engine.begin() as connection:
            rows = [{"id": item, "position": position} for position, item in enumerate(ids)]
            connection.execute(text("INSERT INTO booking.queue VALUES (:id, :position, false)"), rows)
        return ids

    def left(self) -> list[UUID]:
        with self.engine.connect() as connection:
            open_ones = select(QUEUE.c.id).where(~QUEUE.c.done).order_by(QUEUE.c.position)
            return list(connection.execute(open_ones).scalars())

    def _due(self, work: UnitOfWork, limit: int) -> Sequence[UUID]:
        query = (
            select(QUEUE.c.id)
            .where(~QUEUE.c.done, not_put_off(delivery.failures, NAME, QUEUE.c.id, self.clock.now()))
            .order_by(QUEUE.c.position)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return list(work.connection.execute(query).scalars())

    def _handle(self, work: UnitOfWork, ids: Sequence[UUID]) -> None:
        for item in ids:
            work.connection.execute(text("UPDATE booking.queue SET done = true WHERE id = :id"), {"id": item})
            if item in self.poison:
                raise PoisonError("about somebody")
        self.batches.append(len(ids))


@pytest.fixture(scope="module")
def _engine(engine_for: EngineFor, database: Any) -> Engine:
    administer(database, "CREATE TABLE booking.queue (id uuid PRIMARY KEY, position integer, done boolean)")
    return engine_for("booking")


@pytest.fixture
def queue(_engine: Engine) -> Iterator[Queue]:
    with _engine.begin() as connection:
        connection.execute(text("DELETE FROM booking.queue"))
        connection.execute(text("DELETE FROM booking.job_failures"))
    yield Queue(_engine)


def times(count: int) -> Callable[[], bool]:
    answers = iter([True] * count)
    return lambda: next(answers, False)


def test_all_that_is_due_is_done_in_batches(queue: Queue) -> None:
    queue.fill(10)
    turn = Turn()
    assert queue.job.run(turn) == 10
    assert (queue.batches, queue.left(), turn) == ([4, 4, 2], [], Turn(turn.enough_time, done=10))


def test_when_time_is_up_what_is_done_is_done_and_the_rest_is_left(queue: Queue) -> None:
    ids = queue.fill(10)
    turn = Turn(times(2))
    assert queue.job.run(turn) == 8
    assert turn.more
    assert queue.left() == ids[8:]


def test_a_poisoned_row_stops_none_behind_it(queue: Queue) -> None:
    ids = queue.fill(10)
    queue.poison = {ids[5]}
    turn = Turn()
    assert queue.job.run(turn) == 9
    assert (turn.failed, queue.left()) == (1, [ids[5]])

    (told,) = queue.broker.taken
    error = ServiceError.model_validate(told.data)
    assert (error.service, error.operation, error.code) == ("booking", NAME, "PoisonError")
    assert str(ids[5]) in error.detail
    assert "999" not in error.detail


def minutes_until_tried_again(queue: Queue) -> int:
    minutes, turn = 0, Turn()
    while not turn.failed:
        queue.clock.advance(minutes=1)
        minutes += 1
        queue.job.run(turn)
    return minutes


def test_what_failed_comes_again_after_pauses_that_grow(queue: Queue) -> None:
    queue.poison = set(queue.fill(1))
    queue.job.run(Turn())
    assert [minutes_until_tried_again(queue) for _ in range(4)] == [1, 3, 9, 27]
    queue.poison = set()
    queue.clock.advance(minutes=6 * 60)
    assert queue.job.run(Turn()) == 1
    with queue.engine.connect() as connection:
        assert connection.execute(select(delivery.failures)).all() == []


def test_a_queue_of_nothing_but_poison_does_not_keep_the_next_one_waiting(queue: Queue) -> None:
    ids = queue.fill(9)
    queue.poison = set(ids[:8])
    turn = Turn()
    assert queue.job.run(turn) == 1
    assert (turn.failed, queue.left()) == (8, ids[:8])


def test_two_workers_share_the_queue(queue: Queue, engine_for: EngineFor) -> None:
    ids = queue.fill(6)
    other = Queue(engine_for("booking"))
    with queue.work() as held:
        queue._due(held, 4)
        assert other.job.run(Turn()) == 2
    assert queue.left() == ids[:4]
    assert queue.job.run(Turn()) == 4


class Hurried(Context):
    def get_remaining_time_in_millis(self) -> int:
        return 0


def test_a_handler_says_how_far_the_job_came(queue: Queue) -> None:
    ids = queue.fill(3)
    queue.poison = {ids[1]}

    @job(every=MINUTE, metric="Tested")
    def tested(_event: dict[str, Any], turn: Turn) -> int:
        return queue.job.run(turn)

    assert tested({}, Hurried()) == {"done": 0, "failed": 0, "more": True}
    assert queue.left() == ids
    assert tested({}, Context()) == {"done": 2, "failed": 1, "more": False}
    assert tested.name == "tested"
