"""What was published can be published again: a range, in order, and a crash in the middle loses none of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text, update

from booking.tables import delivery
from core.events import outbox_replay
from core.events.outbox import RELAY_BATCH, Outbox
from core.events.outbox_job import OutboxJob
from core.jobs import Turn
from shared_schemas.events.accounts import AccountErased
from shared_schemas.events.envelope import Envelope, EventData
from shared_schemas.events.operations import ServiceError
from tests.support.booking.made import NOW
from tests.support.database import RecordingPublisher

table = delivery.outbox
outbox = Outbox(table)
PLENTY = Turn()
HURRIED = Turn(lambda: False)
pytestmark = pytest.mark.usefixtures("emptied")


class Crash(BaseException):
    """A process that ends in the middle of what it does."""


class CrashingPublisher(RecordingPublisher):
    """Dies after it took so many batches."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.batches = batches

    def publish(self, envelopes: Sequence[Envelope]) -> set[UUID]:
        if not self.batches:
            raise Crash
        self.batches -= 1
        return super().publish(envelopes)


class ChoosyPublisher(RecordingPublisher):
    """Refuses some."""

    def __init__(self, refused: set[UUID]) -> None:
        super().__init__()
        self.refused = refused

    def publish(self, envelopes: Sequence[Envelope]) -> set[UUID]:
        return super().publish([e for e in envelopes if e.id not in self.refused])


def job(engine: Engine, publisher: RecordingPublisher) -> OutboxJob:
    return OutboxJob(engine, delivery, publisher, 14)


def event(data: EventData | None = None) -> Envelope:
    data = data or ServiceError(service="booking", operation="test", code="boom", detail="")
    return Envelope.wrap(data, time=NOW, source="booking", correlation_id="flow-1", causation_id=None)


def history(engine: Engine, events: Sequence[Envelope], hours: Sequence[int]) -> None:
    """Published events that were stored so many hours ago."""
    with engine.begin() as connection:
        outbox.append(connection, events)
        for sent, ago in zip(events, hours, strict=True):
            at = text(f"now() - interval '{ago} hours'")
            mine = update(table).where(table.c.event_id == sent.id)
            connection.execute(mine.values(created_at=at, published_at=at))


def ago(engine: Engine, hours: float) -> str:
    with engine.connect() as connection:
        now: datetime = connection.execute(text("SELECT now()")).scalar_one()
    return (now - timedelta(hours=hours)).isoformat()


def test_a_range_is_published_again_in_order_and_the_rest_is_not(engine: Engine) -> None:
    events, broker = [event() for _ in range(4)], RecordingPublisher()
    history(engine, events, [9, 7, 5, 3])
    request = {"since": ago(engine, 8), "until": ago(engine, 4)}
    assert job(engine, broker).run({"replay": request}, PLENTY) == {"marked": 2, "replayed": 2, "left": 0}
    assert broker.taken == events[1:3]


def test_without_an_end_it_goes_up_to_now(engine: Engine) -> None:
    events, broker = [event() for _ in range(3)], RecordingPublisher()
    history(engine, events, [9, 7, 0])
    job(engine, broker).run({"replay": {"since": ago(engine, 8)}}, PLENTY)
    assert broker.taken == events[1:]


def test_types_narrow_it_down(engine: Engine) -> None:
    erased, broker = event(AccountErased(account_id=event().id)), RecordingPublisher()
    history(engine, [event(), erased, event()], [3, 2, 1])
    job(engine, broker).run({"replay": {"since": ago(engine, 8), "types": ["account.erased"]}}, PLENTY)
    assert broker.taken == [erased]


def test_what_was_never_published_is_left_to_the_relay(engine: Engine) -> None:
    broker = RecordingPublisher()
    with engine.begin() as connection:
        outbox.append(connection, [event()])
    assert job(engine, broker).run({"replay": {"since": ago(engine, 8)}}, PLENTY)["marked"] == 0
    assert broker.taken == []


def test_a_replay_that_crashes_is_finished_by_the_relay(engine: Engine) -> None:
    events = [event() for _ in range(RELAY_BATCH * 2 + 5)]
    history(engine, events, [1] * len(events))
    crashing, broker = CrashingPublisher(1), RecordingPublisher()
    with pytest.raises(Crash):
        job(engine, crashing).run({"replay": {"since": ago(engine, 8)}}, PLENTY)

    outcome = job(engine, broker).run({}, PLENTY)

    assert outcome == {"published": 0, "replayed": len(events) - RELAY_BATCH}
    assert crashing.taken + broker.taken == events
    assert job(engine, broker).run({}, PLENTY) == {"published": 0, "replayed": 0}


def test_a_replay_that_runs_out_of_time_says_what_is_left(engine: Engine) -> None:
    events, broker = [event() for _ in range(5)], RecordingPublisher()
    history(engine, events, [1] * 5)
    outcome = job(engine, broker).run({"replay": {"since": ago(engine, 8)}}, HURRIED)
    assert (outcome, broker.taken) == ({"marked": 5, "replayed": 0, "left": 5}, [])


def test_a_long_range_is_marked_in_batches_and_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_replay, "MARK_BATCH", 2)
    events, broker = [event() for _ in range(6)], RecordingPublisher()
    history(engine, events, [1] * 6)
    assert job(engine, broker).run({"replay": {"since": ago(engine, 8)}}, PLENTY)["marked"] == 6
    assert broker.taken == events


def test_with_the_broker_down_a_replay_waits(engine: Engine) -> None:
    [sent], broker = [event()], RecordingPublisher(down=True)
    history(engine, [sent], [1])
    assert job(engine, broker).run({"replay": {"since": ago(engine, 8)}}, PLENTY)["left"] == 1

    broker.down = False
    make_due(engine)
    assert job(engine, broker).run({}, PLENTY)["replayed"] == 1
    assert broker.taken == [sent]


def test_a_refused_event_is_tried_again_alone(engine: Engine) -> None:
    first, second = event(), event()
    history(engine, [first, second], [2, 1])
    choosy, broker = ChoosyPublisher({first.id}), RecordingPublisher()
    assert job(engine, choosy).run({"replay": {"since": ago(engine, 8)}}, PLENTY) == {
        "marked": 2,
        "replayed": 1,
        "left": 1,
    }
    make_due(engine)
    job(engine, broker).run({}, PLENTY)
    assert (choosy.taken, broker.taken) == ([second], [first])


def test_a_replay_is_no_lag(engine: Engine) -> None:
    history(engine, [event()], [9])
    job(engine, RecordingPublisher()).run({"replay": {"since": ago(engine, 10)}}, HURRIED)
    with engine.connect() as connection:
        assert outbox.lag_seconds(connection) == 0


def test_a_row_that_holds_no_event_stops_no_other(engine: Engine) -> None:
    broken, sound, broker = event(), event(), RecordingPublisher()
    history(engine, [broken, sound], [2, 1])
    with engine.begin() as connection:
        spoilt = update(table).where(table.c.event_id == broken.id)
        connection.execute(spoilt.values(envelope={"id": "?"}))
    job(engine, broker).run({"replay": {"since": ago(engine, 8)}}, PLENTY)
    assert broker.taken == [sound]

    with engine.begin() as connection:
        connection.execute(update(table).values(published_at=None, next_attempt_at=text("now()"), replay_at=None))
    assert job(engine, broker).run({}, PLENTY)["published"] == 1
    with engine.connect() as connection:
        waiting = connection.execute(select(table.c.event_id).where(table.c.published_at.is_(None))).scalars().all()
    assert waiting == [broken.id]


def make_due(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(update(table).where(table.c.replay_at.is_not(None)).values(replay_at=text("now()")))
