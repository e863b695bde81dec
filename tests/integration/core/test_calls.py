"""Counted calls in PostgreSQL: one bucket for all processes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from booking.tables import delivery
from core.http.limits import Limit
from core.postgres.calls import CallCounts
from core.postgres.retention import Purge
from tests.support.clock import NOW
from tests.support.database import EngineFor

LIMIT = Limit(5, 60)


@pytest.fixture
def counts(engine: Engine) -> CallCounts:
    return CallCounts(engine, delivery.calls)


@pytest.fixture
def key() -> str:
    return uuid4().hex


def charge(counts: CallCounts, key: str, after: float = 0) -> bool:
    return counts.charge(key, LIMIT.cost, LIMIT.window, NOW + timedelta(seconds=after)) is not None


def test_a_window_full_of_calls_and_no_more(counts: CallCounts, key: str) -> None:
    assert [charge(counts, key) for _ in range(7)] == [True] * 5 + [False] * 2
    assert counts.free_at(key) == NOW + LIMIT.window


def test_what_is_forgotten_may_be_used_again(counts: CallCounts, key: str) -> None:
    for _ in range(5):
        charge(counts, key)
    assert [charge(counts, key, after=second) for second in (11, 12, 12, 23, 24)] == [False, True, False, False, True]


def test_a_caller_who_was_away_has_a_window_and_no_more(counts: CallCounts, key: str) -> None:
    charge(counts, key)
    assert [charge(counts, key, after=3600) for _ in range(6)] == [True] * 5 + [False]


def test_callers_do_not_share(counts: CallCounts, key: str) -> None:
    for _ in range(5):
        charge(counts, key)
    assert charge(counts, uuid4().hex)


def test_many_at_once_are_counted_together(engine_for: EngineFor, key: str) -> None:
    def many(engine: Engine) -> int:
        counts = CallCounts(engine, delivery.calls)
        return sum(charge(counts, key) for _ in range(5))

    with ThreadPoolExecutor(4) as processes:
        assert sum(processes.map(many, [engine_for("booking") for _ in range(4)])) == LIMIT.calls


def test_a_call_stays_counted_whatever_becomes_of_the_request(engine: Engine, counts: CallCounts, key: str) -> None:
    with pytest.raises(ZeroDivisionError), engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        connection.rollback()
        connection.close()
        charge(counts, key)
        _ = 1 / 0
    assert counts.free_at(key) is not None


def test_to_count_writes_nothing_to_the_log_of_the_server(engine: Engine) -> None:
    kind = text("SELECT relpersistence::text FROM pg_class WHERE oid = CAST(:name AS regclass)")
    with engine.connect() as connection:
        assert connection.execute(kind, {"name": delivery.calls.fullname}).scalar_one() == "u"


def test_what_is_free_again_is_removed(engine: Engine, counts: CallCounts, key: str) -> None:
    old = "UPDATE booking.calls SET free_at = now() - interval '2 hours' WHERE key = :key"
    charge(counts, key)
    with engine.begin() as connection:
        connection.execute(text(old), {"key": key})

    removed = Purge(engine, delivery, outbox_days=14).run(lambda: True)

    assert removed["calls"] >= 1
    assert counts.free_at(key) is None
