"""What breaks off in the middle of an answer ends the connection: no later statement is given earlier rows."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from core.postgres.database import DEFERRED, FORESEEN, driver
from core.postgres.pipelining import PipeliningConnection
from tests.support.database import EngineFor

PROCESS = "SELECT pg_backend_pid()"
# Hours of a hall that closes at midnight, and a stretch without an end: PostgreSQL has them, Python has not.
MIDNIGHT, ENDLESS = "SELECT TIME '24:00' AS t", "SELECT INTERVAL 'infinity' AS t"
MANY = "SELECT n, CASE WHEN n = 3 THEN TIME '24:00' ELSE TIME '10:00' END FROM generate_series(1, 2000) n"


@pytest.fixture
def engine(engine_for: EngineFor) -> Engine:
    return engine_for("booking")


def process(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(PROCESS)).scalar_one())


def asked(statement: str) -> Callable[[Connection], Any]:
    return lambda connection: connection.execute(text(statement)).all()


def deferred(connection: Connection) -> Any:
    connection.execute(text(MIDNIGHT), execution_options=DEFERRED)
    return connection.execute(text("SELECT 1")).all()


def foreseen(connection: Connection) -> Any:
    connection.execute(text(MIDNIGHT), execution_options=FORESEEN)
    return connection.execute(text("SELECT 1")).all()


def posted(connection: Connection) -> Any:
    driver(connection).post(MIDNIGHT)
    return connection.execute(text("SELECT 1")).all()


def committed(connection: Connection) -> Any:
    connection.execute(text(MIDNIGHT), execution_options=DEFERRED)
    connection.commit()


def raw(connection: Connection) -> Any:
    return driver(connection).ask(MIDNIGHT).rows


WAYS = [asked(MIDNIGHT), asked(ENDLESS), asked(MANY), asked(f"{MIDNIGHT}; SELECT 1"), deferred, foreseen, posted]


@pytest.mark.parametrize("way", [*WAYS, committed])
def test_what_cannot_be_read_ends_the_connection_and_nobody_is_given_its_rows(
    engine: Engine, way: Callable[[Connection], Any]
) -> None:
    before = process(engine)

    with pytest.raises(DBAPIError, match="unreadable") as caught, engine.connect() as connection:
        way(connection)

    assert caught.value.connection_invalidated
    for number in range(3):
        with engine.connect() as connection:
            assert connection.execute(text(f"SELECT {number}")).all() == [(number,)]
    assert process(engine) != before


def test_it_is_the_same_past_sqlalchemy(engine: Engine) -> None:
    before = process(engine)

    with pytest.raises(Exception, match="unreadable"), engine.connect() as connection:
        raw(connection)

    assert process(engine) != before


class StoppedError(BaseException):
    """As an interrupt of the process, or of the task that runs on it."""


@pytest.mark.parametrize("error", [TimeoutError, StoppedError])
def test_an_answer_that_nobody_reads_to_its_end_ends_the_connection(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    before = process(engine)

    def stopped(*_arguments: object) -> None:
        raise error

    with pytest.raises((DBAPIError, error)), engine.begin() as connection, monkeypatch.context() as patched:
        patched.setitem(driver(connection).message_types, b"D", stopped)
        connection.execute(text("SELECT 'earlier'"))

    with engine.connect() as connection:
        assert connection.execute(text("SELECT 'later'")).all() == [("later",)]
    assert process(engine) != before


def test_what_cannot_be_written_leaves_nothing_half_composed(engine: Engine) -> None:
    wanted = text("SELECT CAST(:word AS text) || ' and more'")
    with engine.connect() as connection:
        with pytest.raises(UnicodeEncodeError):
            connection.execute(wanted, {"word": "\ud800"})
        connection.rollback()
        assert connection.execute(wanted, {"word": "one"}).scalar_one() == "one and more"


def test_a_transaction_whose_connection_broke_off_cannot_be_committed(engine: Engine) -> None:
    with engine.connect() as connection:
        made: PipeliningConnection = driver(connection)
        made.break_off()
        with pytest.raises(Exception, match="connection is closed"):
            made.commit()
