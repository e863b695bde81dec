"""The driver's shortcut against a real server: same answers, same transactions, and errors that leave it usable."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from core import database
from core.database import UNIQUE_VIOLATION, constraint, sqlstate
from tests.support.database import EngineFor

INSERT = text("INSERT INTO booking.inbox (subscriber, event_id) VALUES (:subscriber, :event_id)")
FIRST = {"subscriber": "pipelining", "event_id": UUID(int=1)}


@pytest.fixture
def engine(engine_for: EngineFor) -> Engine:
    engine = engine_for("booking")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM booking.inbox"))
    return engine


def scalar(engine: Engine, statement: str, **values: Any) -> Any:
    with engine.connect() as connection:
        return connection.execute(text(statement), values).scalar_one()


def received(engine: Engine) -> int:
    return int(scalar(engine, "SELECT count(*) FROM booking.inbox"))


def test_values_of_every_kind_come_back_as_they_went(engine: Engine) -> None:
    at = datetime(2026, 12, 1, 9, 30, 0, 123_456, tzinfo=UTC)
    statement = text(
        "SELECT CAST(:n AS int), CAST(:t AS text), CAST(:u AS uuid), CAST(:at AS timestamptz), CAST(:none AS text)"
    )
    with engine.connect() as connection:
        row = connection.execute(
            statement, {"n": -7, "t": "Зал «Белый» \\ '", "u": UUID(int=5), "at": at, "none": None}
        ).one()

    assert tuple(row) == (-7, "Зал «Белый» \\ '", UUID(int=5), at, None)


def test_more_rows_than_fit_in_one_packet_arrive(engine: Engine) -> None:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT n, repeat('x', 500) FROM generate_series(1, 5000) n")).all()

    assert [row[0] for row in rows] == list(range(1, 5001))


def test_one_transaction_spans_all_statements_until_the_commit(engine: Engine) -> None:
    with engine.connect() as connection:
        first = connection.execute(text("SELECT pg_current_xact_id()::text")).scalar_one()
        second = connection.execute(text("SELECT pg_current_xact_id()::text")).scalar_one()
        connection.commit()
        third = connection.execute(text("SELECT pg_current_xact_id()::text")).scalar_one()

    assert first == second != third


def test_what_is_not_committed_is_gone(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(INSERT, FIRST)

    assert received(engine) == 0


def test_what_is_committed_stays(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(INSERT, FIRST)

    assert received(engine) == 1


def test_a_transaction_without_a_statement_begins_nothing(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.commit()
        connection.rollback()
    with engine.begin() as connection:
        connection.execute(INSERT, FIRST)

    assert received(engine) == 1


@pytest.mark.parametrize("position", ["first", "later"])
def test_a_refused_statement_undoes_its_transaction_and_nothing_else(engine: Engine, position: str) -> None:
    with engine.begin() as connection:
        connection.execute(INSERT, FIRST)
    with pytest.raises(DBAPIError) as caught, engine.begin() as connection:
        if position == "later":
            connection.execute(INSERT, FIRST | {"event_id": UUID(int=2)})
        connection.execute(INSERT, FIRST)

    assert (sqlstate(caught.value), constraint(caught.value)) == (UNIQUE_VIOLATION, "inbox_pkey")
    assert received(engine) == 1


def test_a_statement_that_does_not_parse_leaves_the_connection_usable(engine: Engine) -> None:
    with engine.connect() as connection:
        with pytest.raises(DBAPIError) as caught:
            connection.execute(text("SELEKT 1"))
        connection.rollback()

        assert sqlstate(caught.value) == "42601"
        assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_a_savepoint_can_be_undone_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(INSERT, FIRST)
        with pytest.raises(DBAPIError), connection.begin_nested():
            connection.execute(INSERT, FIRST)
        connection.execute(INSERT, FIRST | {"event_id": UUID(int=2)})

    assert received(engine) == 2


def test_a_connection_that_died_while_it_rested_is_replaced(
    engine_for: EngineFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PING_AFTER_SECONDS", 0.0)
    resting = engine_for("booking")
    process = scalar(resting, "SELECT pg_backend_pid()")
    assert scalar(engine_for("booking"), "SELECT pg_terminate_backend(:process, 5000)", process=process)

    assert scalar(resting, "SELECT pg_backend_pid()") != process
