"""One PostgreSQL server per test run, one migrated template, one clone of it per test module."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection

from core.postgres.database import create_database
from core.postgres.later import ForeseenReads
from infra.local.postgres import PostgresServer
from migrator.app import migrate
from tests.support.database import SERVICES, EngineFor, ServiceSettings, administer, free_port

PASSWORD = "test"
HANG_SECONDS = 120
# Nothing here has to survive the machine. What has is tested on servers of its own.
FORGETFUL = {"fsync": "off", "full_page_writes": "off"}


@pytest.fixture(scope="session")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer | None]:
    """A server of our own, unless TEST_DATABASE_URL names another."""
    if "TEST_DATABASE_URL" in os.environ:
        yield None
        return
    directory = Path(tmp_path_factory.mktemp("postgres"))
    with PostgresServer(directory, free_port(), FORGETFUL) as running:
        yield running


@pytest.fixture(scope="session")
def server(own_server: PostgresServer | None) -> URL:
    """The URL of the server's administrator."""
    return make_url(own_server.url if own_server else os.environ["TEST_DATABASE_URL"])


@pytest.fixture(scope="session")
def template(server: URL) -> Iterator[URL]:
    """A migrated database that is only ever cloned; the roles can sign in with a password."""
    url = server.set(database=f"template_{uuid4().hex[:8]}")
    administer(server, f'CREATE DATABASE "{url.database}"')
    engine = create_database(ServiceSettings("migrator", url.render_as_string(hide_password=False)))
    migrate(engine)
    engine.dispose()
    for service in SERVICES:
        administer(server, f"ALTER ROLE cyclorama_{service} PASSWORD '{PASSWORD}'")
    yield url
    administer(server, f'DROP DATABASE "{url.database}" WITH (FORCE)')


@pytest.fixture(scope="module")
def database(server: URL, template: URL) -> Iterator[URL]:
    """A fresh database for one test module, as its administrator."""
    url = server.set(database=f"test_{uuid4().hex[:8]}")
    # To copy its files takes half of what it takes to write all of their pages to the log.
    administer(server, f'CREATE DATABASE "{url.database}" TEMPLATE "{template.database}" STRATEGY FILE_COPY')
    yield url
    administer(server, f'DROP DATABASE "{url.database}" WITH (FORCE)')


@pytest.fixture(scope="module")
def engine_for(database: URL) -> Iterator[EngineFor]:
    """Makes an engine that is signed in as a service's own role, and waits for locks and answers as long as a hang."""
    engines: list[Engine] = []

    def make(service: str) -> Engine:
        url = database.set(username=f"cyclorama_{service}", password=PASSWORD)
        engines.append(create_database(ServiceSettings(service, url.render_as_string(hide_password=False))))
        event.listen(engines[-1], "connect", _be_patient)
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()


def _be_patient(connection: DBAPIConnection, _record: object) -> None:
    """Who comes last in a race on a busy machine waits longer than a person would."""
    cursor = connection.cursor()
    for limit in ("lock_timeout", "statement_timeout"):
        cursor.execute(f"SET {limit} = '{HANG_SECONDS}s'")
    cursor.close()
    connection.commit()


@pytest.fixture(autouse=True)
def _nothing_is_foreseen_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A read that was foreseen and not asked for is a fault: the words or the values of one of the two have changed."""

    def refuse(_reads: ForeseenReads, statements: Sequence[str]) -> None:
        raise AssertionError(f"foreseen and not asked for: {statements}")

    monkeypatch.setattr(ForeseenReads, "report", refuse)
