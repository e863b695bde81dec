"""What a session of a service keeps to, though it says nothing of that on connecting; and a database that wakes up."""

import gc
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event, Thread
from typing import TypeVar

import pytest
from pg8000.exceptions import InterfaceError
from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from core.postgres.asking import Asking
from core.postgres.database import create_database
from core.postgres.retries import retried
from shared_schemas.errors import UnavailableError
from tests.integration.conftest import PASSWORD
from tests.support.database import SERVICES, EngineFor, ServiceSettings
from tests.support.waiting import eventually

T = TypeVar("T")
KEPT = {
    "statement_timeout": "10s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "1min",
    "TimeZone": "UTC",
}
IMPATIENT = 0.2


@pytest.mark.parametrize("service", SERVICES)
def test_a_role_waits_only_so_long_and_thinks_in_utc(database: URL, service: str) -> None:
    url = database.set(username=f"cyclorama_{service}", password=PASSWORD).render_as_string(hide_password=False)
    engine = create_database(ServiceSettings(service, url))
    with engine.connect() as connection:
        assert {name: connection.execute(text(f"SHOW {name}")).scalar_one() for name in KEPT} == KEPT
    engine.dispose()


def test_what_tests_sign_in_with_is_more_patient(engine_for: EngineFor) -> None:
    with engine_for("booking").connect() as connection:
        for name in ("lock_timeout", "statement_timeout"):
            assert connection.execute(text(f"SHOW {name}")).scalar_one() == "2min"


def test_a_setting_for_a_transaction_ends_with_it(engine_for: EngineFor) -> None:
    with engine_for("booking").connect() as connection:
        assert connection.execute(text("SELECT public.for_this_transaction('work_mem', '32MB')")).scalar_one() == "32MB"
        assert connection.execute(text("SHOW work_mem")).scalar_one() == "32MB"
        connection.rollback()
        assert connection.execute(text("SHOW work_mem")).scalar_one() != "32MB"


class Asleep:
    """Takes connections, as a paused database does, and passes them on once it is awake."""

    def __init__(self, beyond: URL) -> None:
        self._beyond = (beyond.host or "localhost", beyond.port or 5432)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.awake = Event()
        self._ends: list[socket.socket] = []
        self.port: int = self._door.getsockname()[1]
        Thread(target=self._greet, daemon=True).start()

    def close(self) -> None:
        for end in (self._door, *self._ends):
            end.close()

    def _greet(self) -> None:
        with suppress(OSError):
            while True:
                guest, _ = self._door.accept()
                self._ends.append(guest)
                if self.awake.is_set():
                    host = socket.create_connection(self._beyond)
                    self._ends.append(host)
                    for one, other in ((guest, host), (host, guest)):
                        Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while heard := one.recv(65536):
            other.sendall(heard)
        other.shutdown(socket.SHUT_WR)


@pytest.fixture
def asleep(database: URL) -> Iterator[Asleep]:
    server = Asleep(database)
    yield server
    server.close()


def settings(database: URL, port: int, tls: str = "disable") -> ServiceSettings:
    url = database.set(username="cyclorama_booking", password=PASSWORD, host="127.0.0.1", port=port)
    url = url.update_query_dict({"sslmode": tls})
    return ServiceSettings("booking", url.render_as_string(hide_password=False))


def in_time(ask: Callable[[], T]) -> T | None:
    """What comes of it; nothing where so little patience was too little, as it may be on a busy machine."""
    try:
        return ask()
    except (UnavailableError, DBAPIError, InterfaceError, OSError):
        return None


def test_who_comes_while_the_database_wakes_up_is_told_to_come_again_and_then_served(
    database: URL, asleep: Asleep
) -> None:
    engine = create_database(settings(database, asleep.port), IMPATIENT)

    def operation() -> int:
        with engine.connect() as connection:
            return int(connection.execute(text("SELECT 1")).scalar_one())

    with pytest.raises(UnavailableError) as told:
        retried(operation)
    assert told.value.retry_after
    asleep.awake.set()
    assert eventually(lambda: in_time(lambda: retried(operation))) == 1
    engine.dispose()


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
def test_it_is_the_same_where_tls_is_what_waits(database: URL, asleep: Asleep) -> None:
    engine = create_database(settings(database, asleep.port, "verify-full"), IMPATIENT)
    with pytest.raises(UnavailableError):
        retried(lambda: engine.connect().close())
    # The driver does not close a socket that it gave up so early.
    gc.collect()


def test_whoever_waits_for_an_answer_for_ever_does_not_wait_so_for_a_connection(
    database: URL, asleep: Asleep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.postgres.database.SOCKET_SECONDS", IMPATIENT)
    engine = create_database(settings(database, asleep.port), socket_seconds=None)
    with pytest.raises(DBAPIError, match="did not answer in time"):
        engine.connect()
    asleep.awake.set()
    with eventually(lambda: in_time(engine.connect)) as connection:
        asked = text("SELECT 1 FROM pg_sleep(:seconds)")
        assert connection.execute(asked, {"seconds": 3 * IMPATIENT}).scalar_one() == 1
    engine.dispose()


def test_the_authoriser_asks_anew_once_the_database_is_awake(
    database: URL, asleep: Asleep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.postgres.asking.SOCKET_SECONDS", IMPATIENT)
    asking = Asking(settings(database, asleep.port))
    with pytest.raises((InterfaceError, OSError)):
        asking.rows("SELECT 1")
    asleep.awake.set()
    assert eventually(lambda: in_time(lambda: asking.rows("SELECT 1"))) == [[1]]
    asking.close()
