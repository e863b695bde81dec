"""Items that a job could not do: retried after growing pauses, while the rest of the queue goes on."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, Text, bindparam, cast, delete, exists, func, text
from sqlalchemy.dialects.postgresql import insert as upsert

from core.postgres.database import DEFERRED

# One minute, three, nine … and six hours at most.
PAUSE = text("least(interval '6 hours', interval '1 minute' * 3 ^ least(job_failures.attempts, 6))")
FIRST_PAUSE = text("interval '1 minute'")


class UnreadableError(Exception):
    """A row that is due cannot be read; `item` is its id, so that it can be put off."""

    def __init__(self, item: object) -> None:
        super().__init__(str(item))
        self.item = item


@contextmanager
def reading(item: object) -> Iterator[None]:
    """Wraps the code that makes an object from a row."""
    try:
        yield
    except Exception as error:
        raise UnreadableError(item) from error


class JobFailures:
    """The failures table of one schema."""

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection = connection
        self._table = table

    def add(self, job: str, item: str, error: str, now: datetime) -> int:
        """Put an item off; returns how often it has failed."""
        at: ColumnElement[datetime] = bindparam("now", now)
        row = upsert(self._table).values(
            job=job, item=item, error=error, attempts=1, first_failed_at=at, next_attempt_at=at + FIRST_PAUSE
        )
        again = {"attempts": self._table.c.attempts + 1, "error": error, "next_attempt_at": at + PAUSE}
        saved = row.on_conflict_do_update(index_elements=["job", "item"], set_=again)
        return int(self._connection.execute(saved.returning(self._table.c.attempts)).scalar_one())

    def forget(self, job: str, items: Sequence[str]) -> None:
        done = (self._table.c.job == job) & (self._table.c.item == func.any(bindparam("items", list(items))))
        self._connection.execute(delete(self._table).where(done), execution_options=DEFERRED)


def not_put_off(table: Table, job: str, item: ColumnElement[object], now: datetime) -> ColumnElement[bool]:
    """A condition: rows without a pause, or whose pause is over."""
    c = table.c
    return ~exists().where(c.job == job, c.item == cast(item, Text), c.next_attempt_at > now)
