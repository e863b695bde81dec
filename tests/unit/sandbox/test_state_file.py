"""Idempotency keys, knobs, clock and transactions on a real state file."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.sandbox.clock import Clock
from infra.sandbox.database import Database, StateError
from infra.sandbox.idempotency import IdempotencyKeys, KeyReusedError, fingerprint
from infra.sandbox.knobs import EVERY, KnobError, Knobs, parse_knobs

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path)
    yield database
    database.close()


def test_requests_that_mean_the_same_have_one_fingerprint() -> None:
    assert fingerprint("/payments", {"a": 1, "b": {"c": 2, "d": 3}}) == fingerprint(
        "/payments", {"b": {"d": 3, "c": 2}, "a": 1}
    )
    assert fingerprint("/payments", {"a": 1}) != fingerprint("/payments", {"a": "1"})
    assert fingerprint("/payments", {}) != fingerprint("/refunds", {})


def test_a_key_is_kept_for_24_hours_of_the_gateways_time(database: Database) -> None:
    clock = Clock(database, lambda: NOW)
    keys = IdempotencyKeys(database, clock, "yookassa")
    keys.remember("k", "print", {"id": 1})

    clock.set_offset(timedelta(hours=23, minutes=59).total_seconds())
    assert keys.answer("k", "print") == {"id": 1}
    with pytest.raises(KeyReusedError):
        keys.answer("k", "other")

    clock.set_offset(timedelta(hours=24).total_seconds())
    assert keys.answer("k", "other") is None


def test_gateways_do_not_share_keys(database: Database) -> None:
    clock = Clock(database, lambda: NOW)
    IdempotencyKeys(database, clock, "yookassa").remember("k", "print", {})
    assert IdempotencyKeys(database, clock, "sber").answer("k", "print") is None


@pytest.mark.parametrize("seconds", [1e12, float("nan"), float("inf")])
def test_the_clock_stays_within_ten_years(database: Database, seconds: float) -> None:
    clock = Clock(database, lambda: NOW)
    with pytest.raises(ValueError, match="offset_seconds"):
        clock.set_offset(seconds)
    assert clock.now() == NOW


def test_a_fault_happens_as_often_as_asked(database: Database) -> None:
    knobs = Knobs(database)
    knobs.replace({"lost_webhook": 2})
    assert [knobs.take("lost_webhook", "p") for _ in range(3)] == [True, True, False]


def test_a_fault_can_happen_every_time(database: Database) -> None:
    knobs = Knobs(database)
    knobs.replace(parse_knobs({"reject_mail": True}))
    assert knobs.all()["reject_mail"] == EVERY
    assert [knobs.take("reject_mail") for _ in range(3)] == [True, True, True]


def test_a_payments_own_knob_comes_before_the_common_one(database: Database) -> None:
    knobs = Knobs(database)
    knobs.replace({"lost_webhook": EVERY, "webhook_delay_ms": 5})
    knobs.replace({"lost_webhook": 0, "webhook_delay_ms": 7}, "spared")
    assert (knobs.take("lost_webhook", "spared"), knobs.take("lost_webhook", "other")) == (False, True)
    assert (knobs.milliseconds("webhook_delay_ms", "spared"), knobs.milliseconds("webhook_delay_ms", "other")) == (7, 5)


@pytest.mark.parametrize(
    "document",
    [[], {"no_such": 1}, {"latency_ms": -1}, {"latency_ms": True}, {"latency_ms": 1.5}, {"lost_webhook": -2},
     {"lost_webhook": "1"}, {"latency_ms": 600_001}],
)  # fmt: skip
def test_a_knob_that_makes_no_sense_is_refused(document: object) -> None:
    with pytest.raises(KnobError):
        parse_knobs(document)


def test_some_knobs_are_not_for_one_payment() -> None:
    with pytest.raises(KnobError, match="for one payment"):
        parse_knobs({"latency_ms": 1}, per_payment=True)


def test_an_error_undoes_the_whole_transaction(database: Database) -> None:
    def work() -> None:
        with database.transaction():
            database.set_value("a", "1")
            with database.transaction():
                database.set_value("b", "2")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        work()
    assert (database.value("a", "-"), database.value("b", "-")) == ("-", "-")


def test_state_of_another_version_is_left_alone(tmp_path: Path) -> None:
    database = Database(tmp_path)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(StateError, match="another version"):
        Database(tmp_path)
