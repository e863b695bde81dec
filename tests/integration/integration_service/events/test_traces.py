"""Traces from the log on real PostgreSQL."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

import integration.events.traces
from integration.composition import App
from integration.events.errors import TraceNotFoundError
from integration.events.service import EventLog
from integration.events.traces import Traces
from integration.settings import IntegrationSettings
from shared_schemas.events.envelope import Envelope
from tests.support.booking.made import NOW
from tests.support.database import EngineFor
from tests.support.samples import envelope
from tests.support.world import world


@pytest.fixture(scope="module")
def work(engine_for: EngineFor) -> Any:
    engine: Engine = engine_for("integration")
    return App(world("integration", IntegrationSettings, engine)).unit_of_work


def log(work: Any, flow: str, second: int, cause: Envelope | None = None) -> Envelope:
    first = envelope("eventbridge_booking_created")
    time = NOW + timedelta(seconds=second)
    made = first.model_copy(
        update={
            "id": uuid4(),
            "time": time,
            "correlation_id": flow,
            "causation_id": str(cause.id) if cause else None,
        }
    )
    EventLog(work).record(made)
    return made


def test_a_flow_is_a_tree_and_others_stay_out(work: Any) -> None:
    first = log(work, "traced", 0)
    effect = log(work, "traced", 5, first)
    last = log(work, "traced", 9, effect)
    sibling = log(work, "traced", 7, first)
    log(work, "another", 1, first)

    found = Traces(work).get("traced")

    assert [(each.id, each.depth) for each in found.events] == [
        (first.id, 0),
        (effect.id, 1),
        (last.id, 2),
        (sibling.id, 1),
    ]
    assert (found.duration_ms, found.truncated) == (9000, False)


def test_a_trace_ends_somewhere(work: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integration.events.traces, "MAX_EVENTS", 2)
    made = [log(work, "long", second) for second in range(3)]

    assert Traces(work).get("long").truncated
    assert [each.id for each in Traces(work).get("long").events] == [each.id for each in made[1:]]


def test_a_flow_nobody_knows_is_not_found(work: Any) -> None:
    with pytest.raises(TraceNotFoundError) as caught:
        Traces(work).get("no-such-flow")
    assert caught.value.params == {"correlation_id": "no-such-flow"}
