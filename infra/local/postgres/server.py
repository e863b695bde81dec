"""One PostgreSQL on 127.0.0.1: started in milliseconds, stopped fast, and never left behind."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from infra.local.machine.errors import ChildDiedError, LocalError
from infra.local.machine.own import OwnProcess
from infra.local.machine.ports import HOST, free_ports, require_free
from infra.local.machine.processes import Leftover, end
from infra.local.machine.settings import ROOT
from infra.local.machine.tether import tethered
from infra.local.postgres.account import binaries, choose_account, choose_home
from infra.local.postgres.admin import execute
from infra.local.postgres.cluster import ADMIN, admin_password, make_data_directory

START_SECONDS = 60
STOP_SECONDS = 20
DATABASE = "cyclorama"
# No statement, parameter or row reaches the log; a refusal stands in the log of the service that was refused.
PRIVATE = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
OPTIONS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    # One for each process of a function; a slow machine has several of many functions at once.
    "max_connections": "200",
    "shared_buffers": "128MB",
    # Compiling a query costs more than running any of ours.
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m %a ",
    **PRIVATE,
}


class PostgresServer(OwnProcess):
    """`with PostgresServer(directory, port) as postgres: postgres.url`.

    The server ends with the thread that started it, also when that is killed. `port` 0 picks a free one.
    """

    def __init__(
        self, directory: Path, port: int = 0, options: Mapping[str, str] | None = None, log: Path | None = None
    ) -> None:
        self.port = port or free_ports().postgres
        self.log = log or directory / "postgres.log"
        self._options = {**OPTIONS, **(options or {})}
        self._account = choose_account()
        self._home = choose_home(directory.resolve(), self._account)
        self._data = self._home / "data"
        self._password = admin_password(self._home, self._account)

    @property
    def home(self) -> Path:
        """Where the data is: the given directory, or for root a place that PostgreSQL can reach."""
        return self._home

    @property
    def url(self) -> str:
        """The administrator's URL of the database `cyclorama`."""
        return self.url_of(DATABASE)

    def url_of(self, database: str, user: str = ADMIN, password: str | None = None) -> str:
        """A URL on this server, by default the administrator's."""
        secret = self._password if password is None else password
        return f"postgresql://{user}:{quote(secret, safe='')}@{HOST}:{self.port}/{quote(database, safe='')}"

    def __enter__(self) -> Self:
        self.prepare()
        self.launch()
        self.wait_ready()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def prepare(self) -> None:
        """Make the data directory if needed, and end a server that a killed supervisor left."""
        make_data_directory(self._home, binaries(self._home, self._account), self._account)
        self._stop_leftover()
        require_free("database", self.port, patience=2)

    def launch(self) -> None:
        """Start the process; must be called on a thread that outlives it."""
        executable = binaries(self._home, self._account) / "postgres"
        options = [part for name, value in self._options.items() for part in ("-c", f"{name}={value}")]
        tether = tethered(signal.SIGINT, *self._account.tether)
        server = [str(executable), "-D", str(self._data), "-p", str(self.port), *options]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*tether, *server],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "LC_ALL": "C", "TZ": "UTC"},
            )

    def wait_ready(self) -> None:
        """Wait until the server takes connections, and make the database if there is none."""
        deadline = time.monotonic() + START_SECONDS
        while self._status() != "ready":
            self.check()
            if time.monotonic() > deadline:
                raise LocalError(f"PostgreSQL was not ready after {START_SECONDS} s; see {self.log}")
            time.sleep(0.01)
        self.create_database(DATABASE)

    def check(self) -> None:
        """Raise `ChildDiedError` if the server has ended by itself."""
        if self._process and self._process.poll() is not None:
            tail = self.log.read_text(encoding="utf-8", errors="replace")[-1500:]
            raise ChildDiedError(f"PostgreSQL exited with status {self._process.returncode}. Its log:\n{tail}")

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, committed ones are on disk."""
        end(self._process, signal.SIGINT, STOP_SECONDS)
        self._process = None

    def execute(self, sql: str, database: str = "postgres", **values: object) -> list[tuple[object, ...]]:
        """Run one statement as the administrator, outside a transaction; returns its rows, if any."""
        return execute(self.url_of(database), sql, **values)

    def create_database(self, name: str, template: str | None = None) -> str:
        """Make a database unless it exists, perhaps as a copy of another; returns its URL."""
        if not self.execute("SELECT 1 FROM pg_database WHERE datname = :name", name=name):
            self.execute(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
        return self.url_of(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, ending its connections."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _status(self) -> str:
        lines = self._pid_lines()
        mine = self._process and lines and lines[0] == str(self._process.pid)
        return lines[7].strip() if mine and len(lines) > 7 else ""

    def _pid_lines(self) -> list[str]:
        try:
            return (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _stop_leftover(self) -> None:
        lines = self._pid_lines()
        if not lines or not lines[0].isdigit():
            return
        leftover = Leftover(int(lines[0]))
        if leftover.runs("postgres", str(self._data)) and not leftover.end(signal.SIGINT, STOP_SECONDS):
            raise LocalError(f"A PostgreSQL (pid {leftover.pid}) still runs on {self._data}; stop it first")
