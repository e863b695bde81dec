"""The state file: SQLite, used by one thread, so that everything between two awaits is atomic."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

VERSION = 1
SCHEMA = """
CREATE TABLE IF NOT EXISTS values_by_name (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS payments (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, provider TEXT NOT NULL, status TEXT NOT NULL,
    created_at TEXT NOT NULL, deadline TEXT, document TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS payments_deadline ON payments (deadline) WHERE deadline IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS payments_order ON payments (provider, json_extract(document, '$.order_number'));
CREATE TABLE IF NOT EXISTS refunds (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, provider TEXT NOT NULL, status TEXT NOT NULL,
    created_at TEXT NOT NULL, due_at TEXT, payment_id TEXT NOT NULL REFERENCES payments (id), document TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS refunds_payment ON refunds (payment_id);
CREATE INDEX IF NOT EXISTS refunds_due ON refunds (due_at) WHERE due_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS receipts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, provider TEXT NOT NULL, created_at TEXT NOT NULL,
    payment_id TEXT NOT NULL REFERENCES payments (id), refund_id TEXT, document TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS receipts_payment ON receipts (payment_id);
CREATE TABLE IF NOT EXISTS idempotency_keys (
    provider TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, answer TEXT NOT NULL,
    created_at TEXT NOT NULL, PRIMARY KEY (provider, key));
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, state TEXT NOT NULL, due_at REAL NOT NULL,
    payment_id TEXT NOT NULL, document TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (due_at) WHERE state = 'queued';
CREATE INDEX IF NOT EXISTS deliveries_payment ON deliveries (payment_id);
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, channel TEXT NOT NULL, recipients TEXT NOT NULL,
    created_at TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS hook_calls (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, document TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS hook_calls_name ON hook_calls (name, seq);
CREATE TABLE IF NOT EXISTS crm_records (
    id INTEGER PRIMARY KEY AUTOINCREMENT, crm TEXT NOT NULL, kind TEXT NOT NULL, document TEXT NOT NULL);
"""


class StateError(RuntimeError):
    """The state directory belongs to another version of the sandbox."""


def folded(text: str | None) -> str:
    """Without case, as SQLite knows it of ASCII alone."""
    return (text or "").strip().casefold()


class Database:
    """One connection in WAL mode: what is committed survives a kill -9."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(directory / "sandbox.sqlite3", isolation_level=None, timeout=5)
        self._connection.row_factory = sqlite3.Row
        self._connection.create_function("folded", 1, folded, deterministic=True)
        self._depth = 0
        try:
            self._prepare(directory)
        except BaseException:
            self._connection.close()
            raise

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        return self._connection.execute(statement, parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; an inner transaction is part of the outer. Never await inside."""
        if self._depth == 0:
            self._connection.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._end("ROLLBACK")
            raise
        self._end("COMMIT")

    def value(self, name: str, default: str) -> str:
        """A named value that is kept across restarts."""
        row = self.execute("SELECT value FROM values_by_name WHERE name = ?", (name,)).fetchone()
        return str(row["value"]) if row else default

    def set_value(self, name: str, value: str) -> None:
        statement = "INSERT INTO values_by_name VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        self.execute(statement, (name, value))

    def close(self) -> None:
        self._connection.close()

    def _end(self, how: str) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._connection.execute(how)

    def _prepare(self, directory: Path) -> None:
        version = self.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, VERSION):
            raise StateError(f"{directory} was written by another version of the sandbox; delete it to start afresh")
        self.execute("PRAGMA journal_mode = WAL")
        self.execute("PRAGMA synchronous = NORMAL")
        self.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(SCHEMA)
        self.execute(f"PRAGMA user_version = {VERSION}")
