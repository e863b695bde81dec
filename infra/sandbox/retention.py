"""How much the state file keeps: so many of each kind, the newest. Numbers, for the clock may be moved by years."""

from infra.sandbox.database import Database

KEPT = 20_000
# The size of one batch, small enough not to delay requests.
BATCH = 200
CHILDREN = ("deliveries", "receipts", "refunds")
# What may still change stays: links that can be paid, money that is held, refunds and webhooks in progress.
FINISHED_PAYMENTS = """
SELECT id FROM payments AS p WHERE seq <= ? AND status IN ('succeeded', 'canceled')
   AND NOT EXISTS (SELECT 1 FROM refunds WHERE payment_id = p.id AND due_at IS NOT NULL)
   AND NOT EXISTS (SELECT 1 FROM deliveries WHERE payment_id = p.id AND state = 'queued')
 ORDER BY seq LIMIT ?
"""


class Retention:
    """Removes what is more than `kept` of payments, of messages, of calls of hooks and of records."""

    def __init__(self, database: Database, kept: int = KEPT) -> None:
        self._database = database
        self._kept = kept

    def purge(self) -> int:
        """Remove one batch of each kind; how many there were."""
        with self._database.transaction():
            rows = [self._rows("messages", "seq"), self._rows("hook_calls", "seq"), self._rows("crm_records", "id")]
            return self._payments() + sum(rows)

    def _rows(self, table: str, key: str) -> int:
        # The names are this class's own.
        statement = (
            f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {key} <= ? ORDER BY 1 LIMIT ?)"  # noqa: S608
        )
        return self._database.execute(statement, (self._last(table, key), BATCH)).rowcount

    def _payments(self) -> int:
        found = self._database.execute(FINISHED_PAYMENTS, (self._last("payments", "seq"), BATCH)).fetchall()
        for row in found:
            for table in CHILDREN:
                self._database.execute(f"DELETE FROM {table} WHERE payment_id = ?", (row["id"],))  # noqa: S608
            self._database.execute("DELETE FROM payments WHERE id = ?", (row["id"],))
        return len(found)

    def _last(self, table: str, key: str) -> int:
        """The youngest that is too much; numbers are given in order, and hardly any is left out."""
        row = self._database.execute(f"SELECT max({key}) FROM {table}").fetchone()  # noqa: S608
        return int(row[0] or 0) - self._kept
