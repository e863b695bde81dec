"""What no repeat can ask for is forgotten; all else is kept, however old."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, Table, insert, select, text, update

from booking.tables import delivery
from core.events.outbox_job import OutboxJob
from core.jobs import Turn
from core.postgres import retention
from core.postgres.retention import INBOX_DAYS, REDELIVERY_DAYS
from core.settings import REPLAY_DAYS, CoreSettings
from tests.support.database import EngineFor, RecordingPublisher

DAYS = 14
PURGE = {"purge": True}
pytestmark = pytest.mark.usefixtures("emptied")


def job(engine: Engine) -> OutboxJob:
    return OutboxJob(engine, delivery, RecordingPublisher(), DAYS)


def ago(days: float) -> object:
    return text(f"now() - interval '{days * 24} hours'")


def stored(engine: Engine, days: float, published: bool = True) -> UUID:
    event_id = uuid4()
    with engine.begin() as connection:
        row = insert(delivery.outbox).values(event_id=event_id, type="service.error", envelope={}, created_at=ago(days))
        connection.execute(row.values(published_at=ago(days) if published else None))
    return event_id


def received(engine: Engine, days: float) -> UUID:
    event_id = uuid4()
    with engine.begin() as connection:
        connection.execute(insert(delivery.inbox).values(subscriber="one", event_id=event_id, received_at=ago(days)))
    return event_id


def ids(engine: Engine, table: Table) -> list[UUID]:
    with engine.connect() as connection:
        return list(connection.execute(select(table.c.event_id)).scalars())


def test_published_events_are_kept_for_as_long_as_they_may_be_asked_for_again(engine: Engine) -> None:
    stored(engine, DAYS + 0.1)
    young = stored(engine, DAYS - 0.1)
    assert job(engine).run(PURGE, Turn())["outbox"] == 1
    assert ids(engine, delivery.outbox) == [young]


def test_what_was_never_published_is_kept_for_good(engine: Engine) -> None:
    waiting = stored(engine, 400, published=False)
    assert job(engine).run(PURGE, Turn())["outbox"] == 0
    assert ids(engine, delivery.outbox) == [waiting]


def test_what_is_to_be_published_again_is_kept_until_it_is(engine: Engine) -> None:
    waiting = stored(engine, 400)
    with engine.begin() as connection:
        connection.execute(update(delivery.outbox).values(replay_at=text("now() + interval '1 hour'")))
    assert job(engine).run(PURGE, Turn())["outbox"] == 0
    assert ids(engine, delivery.outbox) == [waiting]


def test_the_inbox_remembers_longer_than_anything_can_come_again(engine: Engine) -> None:
    received(engine, INBOX_DAYS + 0.1)
    young = received(engine, INBOX_DAYS - 0.1)
    assert job(engine).run(PURGE, Turn())["inbox"] == 1
    assert ids(engine, delivery.inbox) == [young]

    retained = CoreSettings.model_fields["outbox_retention_days"].metadata
    assert [each.le for each in retained if hasattr(each, "le")] == [REPLAY_DAYS]
    assert INBOX_DAYS >= REPLAY_DAYS + REDELIVERY_DAYS


def test_answers_are_kept_for_a_day(engine: Engine) -> None:
    keys = delivery.idempotency
    values = {"principal": "p", "operation": "o", "fingerprint": "f", "response": {}}
    with engine.begin() as connection:
        for name, days in (("old", 1.01), ("new", 0.99)):
            connection.execute(insert(keys).values(key=name, created_at=ago(days), **values))
    assert job(engine).run(PURGE, Turn())["idempotency_keys"] == 1
    with engine.connect() as connection:
        assert connection.execute(select(keys.c.key)).scalars().all() == ["new"]


def test_many_rows_go_in_batches_and_one_in_use_waits(
    engine: Engine, engine_for: EngineFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(4):
        stored(engine, DAYS + 1)
    used = stored(engine, DAYS + 1)
    with engine_for("booking").begin() as another:
        another.execute(select(delivery.outbox).where(delivery.outbox.c.event_id == used).with_for_update())
        assert job(engine).run(PURGE, Turn())["outbox"] == 4
    assert job(engine).run(PURGE, Turn())["outbox"] == 1


HURRIED = Turn(lambda: False)


def test_without_time_nothing_is_begun(engine: Engine) -> None:
    stored(engine, DAYS + 1)
    assert job(engine).run(PURGE, HURRIED) == {
        "outbox": 0,
        "inbox": 0,
        "job_failures": 0,
        "idempotency_keys": 0,
        "calls": 0,
    }
