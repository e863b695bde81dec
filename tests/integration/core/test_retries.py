"""Deadlocks and waits as PostgreSQL itself ends them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import URL

from core.clock import SystemClock
from core.http.health import DegradedError, check_health
from core.postgres.retries import BusyError, TooSlowError, retried
from core.unit_of_work import UnitOfWork
from payment.tables import delivery
from shared_schemas.errors import UnavailableError
from tests.support.database import EngineFor, RecordingPublisher, administer
from tests.support.waiting import PATIENCE_SECONDS

LOCK = text("SELECT pg_advisory_xact_lock(:number)")


class Meeting:
    """Two use cases that take the same two locks in opposite orders, and each hold one before asking for the other."""

    def __init__(self) -> None:
        self._both_hold_one = Barrier(2)
        self.runs: list[tuple[int, int]] = []

    def take(self, engine: Engine, first: int, second: int) -> str:
        def operation() -> str:
            self.runs.append((first, second))
            with UnitOfWork(engine, delivery, RecordingPublisher(), SystemClock(), "payment") as work:
                work.connection.execute(LOCK, {"number": first})
                if len(self.runs) <= 2:
                    self._both_hold_one.wait(PATIENCE_SECONDS)
                work.connection.execute(LOCK, {"number": second})
                work.commit()
            return f"{first} and {second}"

        return retried(operation)


def test_the_victim_of_a_deadlock_succeeds_at_the_second_attempt(engine_for: EngineFor) -> None:
    meeting = Meeting()
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(meeting.take, engine_for("payment"), 1, 2)
        other = pool.submit(meeting.take, engine_for("payment"), 2, 1)
        assert {one.result(PATIENCE_SECONDS), other.result(PATIENCE_SECONDS)} == {"1 and 2", "2 and 1"}
    assert len(meeting.runs) == 3


@pytest.mark.parametrize(
    ("limit", "told"),
    [("lock_timeout", BusyError), ("statement_timeout", TooSlowError)],
    ids=["55P03", "57014"],
)
def test_a_lock_that_is_not_given_up_is_busy_and_a_statement_out_of_time_too_slow(
    engine_for: EngineFor, limit: str, told: type[UnavailableError]
) -> None:
    holder, waiter = engine_for("payment"), engine_for("payment")

    def operation(patience: str) -> None:
        with waiter.begin() as connection:
            connection.execute(text(f"SET LOCAL {limit} = '{patience}'"))
            connection.execute(LOCK, {"number": 7})

    with holder.begin() as held:
        held.execute(LOCK, {"number": 7})
        with pytest.raises(told):
            retried(lambda: operation("50ms"))
    # On a busy machine so little may be too little for a lock that is free.
    retried(lambda: operation("2min"))


def test_a_use_case_whose_first_transaction_stands_is_not_begun_again(engine_for: EngineFor) -> None:
    engine, runs = engine_for("payment"), []

    def operation() -> None:
        runs.append(1)
        with UnitOfWork(engine, delivery, RecordingPublisher(), SystemClock(), "payment") as work:
            work.connection.execute(text("SELECT 1"))
            work.commit()
        with engine.begin() as connection:
            connection.execute(text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$"))

    with pytest.raises(BusyError):
        retried(operation)
    assert runs == [1]


def test_a_server_without_a_free_connection_is_unavailable_and_serves_again(
    engine_for: EngineFor, database: URL
) -> None:
    engine = engine_for("payment")
    engine.dispose()

    def operation() -> int:
        with engine.connect() as connection:
            return int(connection.execute(text("SELECT 1")).scalar_one())

    administer(database, f'ALTER DATABASE "{database.database}" CONNECTION LIMIT 0')
    try:
        with pytest.raises(UnavailableError) as refused:
            retried(operation)
        with pytest.raises(DegradedError):
            check_health(engine)
    finally:
        administer(database, f'ALTER DATABASE "{database.database}" CONNECTION LIMIT -1')
    assert (refused.value.code, refused.value.retry_after) == ("unavailable", 5)
    assert retried(operation) == 1
