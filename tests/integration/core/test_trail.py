"""The line of a deed is there together with what it changed, or not at all; on real PostgreSQL."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select, text

from booking.tables import delivery
from core.http.idempotency import IdempotencyKey
from core.trail.deed import aside, note
from core.unit_of_work import UnitOfWork
from shared_schemas.common import Reference
from shared_schemas.events.operations import StaffActed
from tests.support.booking.made import FixedClock
from tests.support.counting import Counter
from tests.support.database import EngineFor, RecordingPublisher
from tests.support.trail import done_by, lines

STAFF = uuid4()


@pytest.fixture
def broker() -> RecordingPublisher:
    return RecordingPublisher()


def unit_of_work(engine: Engine, broker: RecordingPublisher) -> UnitOfWork:
    return UnitOfWork(engine, delivery, broker, FixedClock(), "booking")


def stored(engine: Engine) -> list[tuple[str, bool]]:
    """The actions in the outbox, and whether each is published."""
    table = delivery.outbox
    with engine.connect() as connection:
        rows = connection.execute(select(table).where(table.c.type == StaffActed.type).order_by(table.c.position))
        return [(row.envelope["data"]["action"], row.published_at is not None) for row in rows]


@pytest.mark.usefixtures("emptied")
def test_a_commit_leaves_one_line_however_many_follow(engine: Engine, broker: RecordingPublisher) -> None:
    with done_by(STAFF, "open_hall"):
        for _ in range(2):
            with unit_of_work(engine, broker) as work:
                work.commit()

    assert stored(engine) == [("open_hall", True)]
    assert [line.actor_id for line in lines(broker)] == [STAFF]


def test_a_line_costs_one_statement_and_no_round_trip(
    engine_for: EngineFor, broker: RecordingPublisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter, cost = Counter(monkeypatch), dict[bool, tuple[int, int, int]]()
    engine = engine_for("booking")
    for acts in (False, True, False, True):
        with done_by(STAFF) if acts else aside(), counter.counting() as sent, unit_of_work(engine, broker) as work:
            work.connection.execute(text("SELECT 1"))
            work.commit()
        cost[acts] = sent.counts
    # The third is the mark that the event is published, for which nobody waits.
    assert cost == {False: (3, 2, 0), True: (5, 2, 1)}


@pytest.mark.usefixtures("emptied")
def test_without_a_commit_there_is_no_line_and_with_nobody_neither(engine: Engine, broker: RecordingPublisher) -> None:
    with done_by(STAFF), pytest.raises(ZeroDivisionError), unit_of_work(engine, broker):
        note(why="it will fail")
        raise ZeroDivisionError
    with unit_of_work(engine, broker) as work:
        work.commit()
    assert stored(engine) == []
    assert broker.taken == []


@pytest.mark.usefixtures("emptied")
def test_a_request_that_is_repeated_leaves_one_line(engine: Engine, broker: RecordingPublisher) -> None:
    key = IdempotencyKey(str(STAFF), "POST /v1/things", str(uuid4()), "digest")
    for _ in range(2):
        with done_by(STAFF, "make"), unit_of_work(engine, broker) as work:
            assert work.once(key, Reference, lambda: Reference(id=UUID(int=9))).id == UUID(int=9)
    [line] = lines(broker)
    assert (line.target, line.after) == (f"thing:{UUID(int=9)}", {"id": str(UUID(int=9))})


@pytest.mark.usefixtures("emptied")
def test_what_is_posted_stands_at_once_and_is_left_to_the_relay(engine: Engine, broker: RecordingPublisher) -> None:
    with unit_of_work(engine, broker) as work:
        work.post(StaffActed(action="sign_in_failed", target="account:1"))
    assert stored(engine) == [("sign_in_failed", False)]
    assert broker.taken == []
