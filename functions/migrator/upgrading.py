"""Bringing a database to the newest revision while it is in use: a migration at a time, each committed by itself."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from core.observability import logger
from core.postgres.database import LOCK_NOT_AVAILABLE, sqlstate
from migrator.migrations.online import UnfinishedError

MIGRATIONS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 0x6379_636C
# A migration that cannot get its lock must give way rather than queue every request behind it, and try again later.
LOCK_TIMEOUT = "3s"
PAUSES_SECONDS = (1, 3, 10, 30)
TURN_SECONDS = 0.2


class NewerDatabaseError(Exception):
    """A later release has migrated the database: this one does not know its revision, and leaves it alone."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"the database has revision {revision}, of a later release than this one")
        self.revision = revision


@dataclass(frozen=True)
class Outcome:
    """The revisions before and after, and how many migrations are still to be run."""

    before: str | None
    after: str | None
    left: int


class Upgrade:
    """Runs what is outstanding, up to a revision."""

    def __init__(
        self,
        enough_time: Callable[[], bool] = lambda: True,
        pause: Callable[[float], None] = time.sleep,
        migrations: Path = MIGRATIONS,
    ) -> None:
        self._enough_time = enough_time
        self._pause = pause
        self._config = Config()
        self._config.set_main_option("script_location", str(migrations))
        self._config.set_main_option("path_separator", "os")
        self._scripts = ScriptDirectory.from_config(self._config)
        self._known = {script.revision for script in self._scripts.walk_revisions()}

    def run(self, engine: Engine, until: str = "head") -> Outcome:
        """Safe to repeat, to cut off, and to run twice at once."""
        with engine.connect() as connection, self._turn(connection):
            before = _revision(connection)
            if before and before not in self._known:
                raise NewerDatabaseError(before)
            self._run_patiently(connection, until)
            return Outcome(before, after := _revision(connection), self._left(after, until))

    def _run_patiently(self, connection: Connection, until: str) -> None:
        pauses = iter(PAUSES_SECONDS)
        try:
            while not self._ran(connection, until):
                if not (self._enough_time() and (pause := next(pauses, None))):
                    raise UnfinishedError
                self._pause(pause)
        except UnfinishedError:
            logger.warning("Migrations are left for the next run, which goes on")

    def _ran(self, connection: Connection, until: str) -> bool:
        """False if a table was in use for longer than a lock is waited for."""
        try:
            self._run(connection, until)
        except DBAPIError as error:
            if sqlstate(error) != LOCK_NOT_AVAILABLE:
                raise
            logger.warning("A migration found its table in use", error=str(error.orig))
            return False
        return True

    def _run(self, connection: Connection, until: str) -> None:
        def steps(revision: Any, _context: MigrationContext) -> Iterator[Any]:
            for step in self._scripts._upgrade_revs(until, revision):
                if not self._enough_time():
                    raise UnfinishedError
                yield step

        self._config.attributes.update(connection=connection, enough_time=self._enough_time, lock_timeout=LOCK_TIMEOUT)
        with EnvironmentContext(self._config, self._scripts, fn=steps, destination_rev=until):
            self._scripts.run_env()

    @contextmanager
    def _turn(self, connection: Connection) -> Iterator[None]:
        """One migrator at a time. Whoever waits for a lock has a snapshot, which the building of an index would wait
        for in turn: so the lock is asked for again and again, and nothing is open between."""
        mine = text("SELECT pg_try_advisory_lock(:lock)").bindparams(lock=ADVISORY_LOCK)
        try:
            while not connection.execute(mine).scalar():
                connection.commit()
                self._pause(TURN_SECONDS)
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.execute(text("SET statement_timeout = 0"))
            connection.commit()
            yield
        finally:
            connection.invalidate()  # its session ends, and with it the lock and what was set

    def _left(self, revision: str | None, until: str) -> int:
        return len(self._scripts._upgrade_revs(until, revision or "base"))


def _revision(connection: Connection) -> str | None:
    revision = MigrationContext.configure(connection).get_current_revision()
    connection.commit()
    return revision
