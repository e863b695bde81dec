"""What is kept of deliveries, and until when: long enough for every repeat that can still come, and no longer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, Table, TextClause, text

from core.idempotency import LIFETIME_HOURS
from core.settings import REPLAY_DAYS
from core.tables import DeliveryTables

# What a queue and its dead letters keep (infra/subscription.yaml): 4 + 14 days, and once more after a redrive.
REDELIVERY_DAYS = 2 * (4 + 14)
INBOX_DAYS = REPLAY_DAYS + REDELIVERY_DAYS
FAILURE_DAYS = 30
BATCH = 1000


@dataclass(frozen=True)
class Kept:
    """Rows of a table that meet `condition` go once they are `days` past `since`; with `emptied` only those columns."""

    table: str
    since: str
    days: float
    condition: str = "true"
    emptied: Sequence[str] = ()

    def statement(self) -> TextClause:
        filled = " OR ".join(f"{column} IS NOT NULL" for column in self.emptied) or "true"
        condition = f"{self.since} < {_ago(self.days * 24)} AND ({self.condition}) AND ({filled})"
        if not self.emptied:
            return _deletion(self.table, condition)
        nothing = ", ".join(f"{column} = NULL" for column in self.emptied)
        return text(f"UPDATE {self.table} SET {nothing} WHERE ctid = ANY (ARRAY({_old(self.table, condition)}))")  # noqa: S608


class Purge:
    """Removes what no repeat can ask for, in transactions of a thousand rows that hold nobody up."""

    def __init__(self, engine: Engine, tables: DeliveryTables, outbox_days: float, kept: Sequence[Kept] = ()) -> None:
        self._engine = engine
        # What is still to be published, or to be published again, stays whatever its age.
        idle = "published_at IS NOT NULL AND replay_at IS NULL AND"
        self._deletions = {
            "outbox": _deletion(tables.outbox, f"{idle} created_at < {_ago(outbox_days * 24)}"),
            "inbox": _deletion(tables.inbox, f"received_at < {_ago(INBOX_DAYS * 24)}"),
            # Whatever is still due would have failed again meanwhile; the others were settled in some other way.
            "job_failures": _deletion(tables.failures, f"next_attempt_at < {_ago(FAILURE_DAYS * 24)}"),
            "idempotency_keys": _deletion(tables.idempotency, f"created_at < {_ago(LIFETIME_HOURS)}"),
            **{_name(each): each.statement() for each in kept},
        }

    def run(self, enough_time: Callable[[], bool]) -> dict[str, int]:
        """How many rows of each table went; what is left when time is up goes at the next turn."""
        return {name: self._all(deletion, enough_time) for name, deletion in self._deletions.items()}

    def _all(self, deletion: TextClause, enough_time: Callable[[], bool]) -> int:
        total = 0
        while enough_time():
            with self._engine.begin() as connection:
                removed = connection.execute(deletion).rowcount
            total += removed
            if removed < BATCH:
                break
        return total


def _ago(hours: float) -> str:
    return f"now() - interval '{hours} hours'"


def _name(kept: Kept) -> str:
    table = kept.table.rpartition(".")[2]
    return f"{table}_emptied" if kept.emptied else table


def _deletion(table: Table | str, condition: str) -> TextClause:
    name = table if isinstance(table, str) else table.fullname
    return text(f"DELETE FROM {name} WHERE ctid = ANY (ARRAY({_old(name, condition)}))")  # noqa: S608


def _old(table: str, condition: str) -> str:
    """By the rows' places on the disk; one that somebody works on just now waits for the next turn."""
    return f"SELECT ctid FROM {table} WHERE {condition} LIMIT {BATCH} FOR UPDATE SKIP LOCKED"  # noqa: S608
