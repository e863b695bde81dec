"""The driver's shortcut against a real server: same answers, same transactions, and errors that leave it usable."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from pg8000 import InterfaceError, ProgrammingError
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from core.postgres import database
from core.postgres.database import ALONE, DEFERRED, FORESEEN, UNIQUE_VIOLATION, constraint, driver, sqlstate
from core.postgres.later import ForeseenReads
from core.postgres.prepared import CAPACITY
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
    assert scalar(engine_for("booking"), "SELECT pg_terminate_backend(:process, 60000)", process=process)

    assert scalar(resting, "SELECT pg_backend_pid()") != process


def statements_on_the_server(engine: Engine) -> list[str]:
    """The texts that the engine's connection has had parsed."""
    with engine.connect() as connection:
        found = connection.execute(text("SELECT statement FROM pg_prepared_statements ORDER BY prepare_time"))
        return list(found.scalars())


def test_a_statement_is_parsed_once_and_told_from_others(engine: Engine) -> None:
    for number in (1, 2, 3):
        assert scalar(engine, "SELECT CAST(:n AS int) + 41", n=number) == number + 41
        assert scalar(engine, "SELECT CAST(:n AS text) || 'x'", n=str(number)) == f"{number}x"

    parsed = statements_on_the_server(engine)
    assert sum("+ 41" in statement for statement in parsed) == 1
    assert sum("|| 'x'" in statement for statement in parsed) == 1


def test_a_parsed_statement_outlives_the_transaction_that_was_undone(engine: Engine) -> None:
    for _ in range(2):
        with pytest.raises(DBAPIError) as caught, engine.begin() as connection:
            connection.execute(text("SELECT 1 / CAST(:n AS int)"), {"n": 0})
        assert sqlstate(caught.value) == "22012"

    assert scalar(engine, "SELECT 1 / CAST(:n AS int)", n=1) == 1


def test_the_least_used_statement_makes_room(engine: Engine) -> None:
    for number in range(CAPACITY + 20):
        assert scalar(engine, f"SELECT {number}") == number
        assert scalar(engine, "SELECT 'kept'") == "kept"

    parsed = statements_on_the_server(engine)
    assert len(parsed) <= CAPACITY
    assert "SELECT 'kept'" in parsed and "SELECT 0" not in parsed
    assert scalar(engine, "SELECT 0") == 0


def test_after_a_migration_a_statement_is_parsed_anew(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("CREATE TEMPORARY TABLE shape AS SELECT 1 AS a"))
        connection.commit()
        assert connection.execute(text("SELECT * FROM shape")).one() == (1,)
        connection.commit()
        connection.execute(text("ALTER TABLE shape ADD b int DEFAULT 2"))
        connection.commit()
        with pytest.raises(DBAPIError):
            connection.execute(text("SELECT * FROM shape"))
        connection.rollback()
        assert connection.execute(text("SELECT * FROM shape")).one() == (1, 2)


def test_several_statements_in_one_text_still_work(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(INSERT, FIRST, execution_options=DEFERRED)
        connection.execute(text("DELETE FROM booking.inbox; SELECT 1"))

    assert received(engine) == 0


def test_deferred_statements_travel_with_the_next_in_order(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(INSERT, FIRST, execution_options=DEFERRED)
        connection.execute(INSERT, FIRST | {"event_id": UUID(int=2)}, execution_options=DEFERRED)
        removed = connection.execute(text("DELETE FROM booking.inbox WHERE subscriber = :s"), {"s": "pipelining"})
        assert removed.rowcount == 2  # Its own, not the sum over all that travelled.


def test_deferred_statements_travel_with_the_commit(engine: Engine, engine_for: EngineFor) -> None:
    another = engine_for("booking")
    with engine.connect() as connection:
        connection.execute(INSERT, FIRST, execution_options=DEFERRED)
        assert received(another) == 0
        connection.commit()

    assert received(another) == 1


def test_a_refused_deferred_statement_undoes_the_transaction_and_surfaces_at_its_commit(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(INSERT, FIRST)
    with engine.connect() as connection:
        connection.execute(INSERT, FIRST | {"event_id": UUID(int=2)}, execution_options=DEFERRED)
        connection.execute(INSERT, FIRST, execution_options=DEFERRED)
        connection.execute(INSERT, FIRST | {"event_id": UUID(int=3)}, execution_options=DEFERRED)
        with pytest.raises(DBAPIError) as caught:
            connection.commit()

    assert (sqlstate(caught.value), constraint(caught.value)) == (UNIQUE_VIOLATION, "inbox_pkey")
    assert received(engine) == 1


def test_a_refused_deferred_statement_surfaces_at_the_next_one(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(INSERT, FIRST)
    with engine.connect() as connection:
        connection.execute(INSERT, FIRST, execution_options=DEFERRED)
        with pytest.raises(DBAPIError) as caught:
            connection.execute(text("SELECT CAST(:n AS int) * 5"), {"n": 1})
        connection.rollback()
        # It never came to be parsed, and is not taken for parsed.
        assert connection.execute(text("SELECT CAST(:n AS int) * 5"), {"n": 1}).scalar_one() == 5

    assert sqlstate(caught.value) == UNIQUE_VIOLATION


def test_deferred_statements_are_gone_with_a_rollback(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(INSERT, FIRST, execution_options=DEFERRED)
        connection.rollback()
        connection.execute(INSERT, FIRST | {"event_id": UUID(int=2)}, execution_options=DEFERRED)
        connection.commit()

    assert scalar(engine, "SELECT event_id FROM booking.inbox") == UUID(int=2)


def test_a_savepoint_takes_what_was_deferred_before_it_along(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(INSERT, FIRST, execution_options=DEFERRED)
        with pytest.raises(DBAPIError), connection.begin_nested():
            connection.execute(INSERT, FIRST)

    assert received(engine) == 1


def test_a_plain_read_needs_no_transaction_unless_there_is_one(engine: Engine, engine_for: EngineFor) -> None:
    process = "SELECT pg_backend_pid()"
    state = text("SELECT state FROM pg_stat_activity WHERE pid = :process")
    with engine.connect() as connection, engine_for("booking").connect() as watching:
        alone = connection.execute(text(process).execution_options(**ALONE)).scalar_one()
        assert watching.execute(state, {"process": alone}).scalar_one() == "idle"
        connection.execute(INSERT, FIRST)
        connection.execute(text(process).execution_options(**ALONE))
        connection.rollback()

    assert received(engine) == 0


def test_nobody_waits_for_what_is_posted(engine: Engine) -> None:
    with engine.connect() as connection:
        driver(connection).post("INSERT INTO booking.inbox VALUES ($1, $2)", ("posted", str(UUID(int=7))))
        assert connection.execute(text("SELECT subscriber FROM booking.inbox")).scalar_one() == "posted"


def test_a_refused_post_is_logged_and_harms_nobody(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    with engine.connect() as connection:
        driver(connection).post("INSERT INTO booking.inbox VALUES ($1, NULL)", ("posted",))
        assert connection.execute(INSERT, FIRST).rowcount == 1
        connection.commit()

    assert received(engine) == 1
    assert [vars(record)["sqlstate"] for record in caplog.records] == ["23502"]


def test_nothing_can_be_posted_into_a_transaction(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(INSERT, FIRST)
        with pytest.raises(ProgrammingError, match="outside a transaction"):
            driver(connection).post("SELECT 1")


def test_a_commit_that_the_server_turns_into_a_rollback_is_an_error(engine: Engine) -> None:
    with engine.connect() as connection:
        with pytest.raises(DBAPIError):
            connection.execute(text("SELECT 1 / 0"))
        with pytest.raises(DBAPIError, match="failed transaction"):
            connection.commit()


COUNT = text("SELECT count(*) FROM booking.inbox WHERE subscriber = :subscriber")


def test_what_is_foreseen_is_answered_without_another_trip(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(COUNT, {"subscriber": "pipelining"}, execution_options=FORESEEN)
        connection.execute(COUNT, {"subscriber": "nobody"}, execution_options=FORESEEN)
        connection.execute(INSERT, FIRST)
        # It was asked before the insert, and only once.
        assert connection.execute(COUNT, {"subscriber": "pipelining"}).scalar_one() == 0
        assert connection.execute(COUNT, {"subscriber": "pipelining"}).scalar_one() == 1
        assert connection.execute(COUNT, {"subscriber": "another"}).scalar_one() == 0


def test_what_is_foreseen_is_asked_at_once_where_nothing_was_sent_yet(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(COUNT, {"subscriber": "pipelining"}, execution_options=FORESEEN)
        assert connection.execute(COUNT, {"subscriber": "pipelining"}).scalar_one() == 0


@pytest.mark.parametrize(("end", "told"), [("commit", 1), ("rollback", 0)])
def test_what_was_foreseen_ends_with_its_transaction(
    engine: Engine, end: str, told: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports: list[Sequence[str]] = []
    monkeypatch.setattr(ForeseenReads, "report", lambda _reads, statements: reports.append(statements))
    with engine.connect() as connection:
        connection.execute(COUNT, {"subscriber": "pipelining"}, execution_options=FORESEEN)
        getattr(connection, end)()
        connection.execute(INSERT, FIRST)
        assert connection.execute(COUNT, {"subscriber": "pipelining"}).scalar_one() == 1
    assert [len(statements) for statements in reports] == [1] * told


@pytest.mark.parametrize("asked", [{"subscriber": "somebody"}, {"subscriber": "pipelining", "more": 1}])
def test_a_foreseen_read_with_other_words_or_values_is_told_of(
    engine: Engine, asked: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    reports: list[Sequence[str]] = []
    monkeypatch.setattr(ForeseenReads, "report", lambda _reads, statements: reports.append(statements))
    other = text(f"{COUNT.text} AND :more = 1") if "more" in asked else COUNT
    with engine.connect() as connection:
        connection.execute(COUNT, {"subscriber": "pipelining"}, execution_options=FORESEEN)
        connection.execute(other, asked)
        connection.commit()
    ((statement,),) = reports
    assert statement.startswith("SELECT count(*) FROM booking.inbox")


def test_a_deferred_answer_is_sent_when_it_is_asked_for(engine: Engine) -> None:
    with engine.connect() as connection:
        answer = driver(connection).defer("SELECT 40 + 2")
        assert answer.value == 42
        assert answer.value == 42


def test_a_deferred_answer_came_along_with_what_was_sent_since(engine: Engine) -> None:
    with engine.connect() as connection:
        answer = driver(connection).defer("SELECT count(*) FROM booking.inbox WHERE subscriber = $1", ("pipelining",))
        connection.execute(INSERT, FIRST)
        assert answer.value == 0


def test_a_deferred_answer_raises_what_the_statement_was_refused_with(engine: Engine) -> None:
    with engine.connect() as connection:
        answer = driver(connection).defer("SELECT 1 / 0")
        with pytest.raises(ProgrammingError, match="22012"):
            _ = answer.value
        with pytest.raises(InterfaceError, match="without an answer"):
            _ = answer.value


def test_a_deferred_answer_is_gone_with_its_transaction(engine: Engine) -> None:
    with engine.connect() as connection:
        answer = driver(connection).defer("SELECT 1")
        driver(connection).rollback()
        with pytest.raises(InterfaceError, match="ended without an answer"):
            _ = answer.value
