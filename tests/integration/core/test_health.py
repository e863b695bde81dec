"""A service is well while its database answers and its events leave."""

import pytest
from sqlalchemy import Engine, delete, insert, text
from sqlalchemy.engine import URL

from booking.tables import delivery
from core.events.outbox import Outbox
from core.http.health import DegradedError, check_health
from tests.support.database import EngineFor, free_port, plain_engine
from tests.support.samples import envelope

outbox = Outbox(delivery.outbox)


@pytest.fixture
def engine(engine_for: EngineFor) -> Engine:
    return engine_for("booking")


def waiting(engine: Engine, seconds: int) -> None:
    """The only event of the outbox, for so long."""
    event = envelope("eventbridge_booking_created")
    row = {"event_id": event.id, "type": event.type, "envelope": event.model_dump(mode="json")}
    with engine.begin() as connection:
        connection.execute(delete(outbox.table))
        since = text(f"now() - interval '{seconds} seconds'")
        connection.execute(insert(outbox.table).values(**row, created_at=since))


def test_events_that_wait_for_five_minutes_are_a_fault(engine: Engine) -> None:
    waiting(engine, 300)

    with pytest.raises(DegradedError) as degraded:
        check_health(engine, outbox)

    checks = degraded.value.params["checks"]
    assert isinstance(checks, dict)
    assert checks["database"] == "ok"
    assert int(checks["outbox_lag_seconds"]) >= 300


def test_events_that_were_just_stored_are_none(engine: Engine) -> None:
    waiting(engine, 0)
    assert check_health(engine, outbox).status == "ok"


def test_a_database_that_does_not_answer_is_named(database: URL) -> None:
    nobody = plain_engine(database.set(host="127.0.0.1", port=free_port()))

    with pytest.raises(DegradedError) as degraded:
        check_health(nobody, outbox)

    assert degraded.value.params == {"checks": {"database": "unreachable"}}
