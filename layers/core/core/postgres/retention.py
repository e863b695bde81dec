"""How long the delivery tables are kept: as long as a repeat can still come."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, Table, TextClause, text

from core.http.idempotency import LIFETIME_HOURS
from core.postgres.tables import DeliveryTables
from core.settings import REPLAY_DAYS

# Retention of a queue and its dead letters (infra/subscription.yaml): 4 + 14 days, and the same after a redrive.
REDELIVERY_DAYS = 2 * (4 + 14)
INBOX_DAYS = REPLAY_DAYS + REDELIVERY_DAYS
FAILURE_DAYS = 30
CALL_HOURS = 1
BATCH = 1000


@dataclass(frozen=True)
class Kept:
    """Rows of a table that meet `condition` are deleted `days` after `since`; with `emptied`, only those columns are
    cleared."""

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
    """Deletes old rows, in short transactions of a thousand rows."""

    def __init__(self, engine: Engine, tables: DeliveryTables, outbox_days: float, kept: Sequence[Kept] = ()) -> None:
        self._engine = engine
        # Events that are still to be published, or published again, stay, whatever their age.
        idle = "published_at IS NOT NULL AND replay_at IS NULL AND"
        self._deletions = {
            "outbox": _deletion(tables.outbox, f"{idle} created_at < {_ago(outbox_days * 24)}"),
            "inbox": _deletion(tables.inbox, f"received_at < {_ago(INBOX_DAYS * 24)}"),
            # Items that are still due would have failed again by now; the others were settled some other way.
            "job_failures": _deletion(tables.failures, f"next_attempt_at < {_ago(FAILURE_DAYS * 24)}"),
            "idempotency_keys": _deletion(tables.idempotency, f"created_at < {_ago(LIFETIME_HOURS)}"),
            "calls": _deletion(tables.calls, f"free_at < {_ago(CALL_HOURS)}"),
            **{_name(each): each.statement() for each in kept},
        }

    def run(self, enough_time: Callable[[], bool]) -> dict[str, int]:
        """Returns how many rows of each table were deleted; what is left when time is up goes in the next run."""
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
    """By physical row position (ctid); rows that are locked just now wait for the next run."""
    return f"SELECT ctid FROM {table} WHERE {condition} LIMIT {BATCH} FOR UPDATE SKIP LOCKED"  # noqa: S608
