"""Changes of tables that are in use: none rewrites a table, and none holds anybody up for longer than a lock may wait.

A migration made of these runs in no transaction: each step commits by itself and may be repeated, so one that was
killed half-way goes on where it was.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import op
from sqlalchemy import Connection, text

STATE_OF_INDEX = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
PARTITIONED = text("SELECT relkind = 'p' FROM pg_class WHERE oid = CAST(:table AS regclass)")
PARTITIONS = text(
    "SELECT n.nspname || '.' || c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE i.inhparent = CAST(:table AS regclass) ORDER BY 1"
)
VALIDATED = text("SELECT convalidated FROM pg_constraint WHERE conrelid = CAST(:table AS regclass) AND conname = :name")
CONSTRAINED = text(
    "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = CAST(:table AS regclass) AND conname = :name"
)
KEY = text(
    "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
    " WHERE i.indrelid = CAST(:table AS regclass) AND i.indisprimary"
)
REFUSES_NULL = text(
    "SELECT attnotnull FROM pg_attribute WHERE attrelid = CAST(:table AS regclass) AND attname = :column"
)


class UnfinishedError(RuntimeError):
    """There is no time for more; what is done stays done, and the next run goes on."""


def run(statement: str) -> None:
    """A statement that may be repeated (`IF NOT EXISTS`), needs its lock only for a moment, and reads no rows."""
    with _alone() as connection:
        connection.execute(text(statement))


def columns(table: str, *definitions: str) -> None:
    """Add columns that may be empty or have a constant default, which rewrites nothing."""
    run(f"ALTER TABLE {table} " + ", ".join(f"ADD COLUMN IF NOT EXISTS {each}" for each in definitions))


def index(name: str, table: str, on: str, unique: bool = False) -> None:
    """Build an index beside the writers; `on` is what follows the table, such as `(payment_id) WHERE amount > 0`.

    A partitioned table's is built partition by partition, for it cannot be built concurrently as a whole."""
    with _alone() as connection:
        if connection.execute(PARTITIONED, {"table": table}).scalar():
            _build_by_partitions(connection, name, table, on)
        else:
            _build(connection, name, table, on, unique)


def drop_index(schema: str, name: str) -> None:
    with _alone() as connection, _patient(connection):
        connection.execute(text(f"DROP INDEX CONCURRENTLY IF EXISTS {schema}.{name}"))


def constraint(table: str, name: str, definition: str) -> None:
    """Hold new rows to it at once, then look at the old ones while others write."""
    with _alone() as connection:
        known = {"table": table, "name": name}
        if connection.execute(VALIDATED, known).scalar() is None:
            connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID"))
        if not connection.execute(VALIDATED, known).scalar():
            connection.execute(text(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}"))


def not_null(table: str, column: str) -> None:
    """A constraint that is validated already spares PostgreSQL reading the table under its heaviest lock."""
    with _alone() as connection:
        if connection.execute(REFUSES_NULL, {"table": table, "column": column}).scalar():
            return
    given = f"{column}_given"
    constraint(table, given, f"CHECK ({column} IS NOT NULL)")
    run(f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL, DROP CONSTRAINT {given}")


def primary_key(table: str, column: str) -> None:
    """Another primary key, of one column that is never empty: its index is built beside the writers, and then takes the
    place of the old one, which is a change of the catalogue alone."""
    name = f"{table.split('.')[1]}_pkey"
    with _alone() as connection:
        if connection.execute(KEY, {"table": table}).scalars().all() == [column]:
            return
        _build(connection, f"{name}_new", table, f"({column})", unique=True)
        old_and_new = f"DROP CONSTRAINT {name}, ADD CONSTRAINT {name} PRIMARY KEY USING INDEX {name}_new"
        connection.execute(text(f"ALTER TABLE {table} {old_and_new}"))


def unique(table: str, name: str, columns: str) -> None:
    """A unique constraint of other columns under the name that it has: its index is built beside the writers, and takes
    the place of the old one at once. So `ON CONFLICT ON CONSTRAINT` of the release before goes on working."""
    with _alone() as connection:
        if connection.execute(CONSTRAINED, {"table": table, "name": name}).scalar() == f"UNIQUE ({columns})":
            return
        _build(connection, f"{name}_new", table, f"({columns})", unique=True)
        old_and_new = f"DROP CONSTRAINT {name}, ADD CONSTRAINT {name} UNIQUE USING INDEX {name}_new"
        connection.execute(text(f"ALTER TABLE {table} {old_and_new}"))


def batches(statement: str, size: int = 1000) -> int:
    """Repeat a statement that changes at most `:size` rows, each time in a transaction of its own, until none is left.

    It must find by itself what is still to be done. Returns how many rows there were."""
    total = 0
    with _alone() as connection:
        while changed := connection.execute(text(statement), {"size": size}).rowcount:
            total += changed
            _require_time()
    return total


def _build_by_partitions(connection: Connection, name: str, table: str, on: str) -> None:
    """The parent's index has no rows of its own; it is valid once every partition's is attached to it."""
    schema = table.split(".")[0]
    connection.execute(text(f"CREATE INDEX IF NOT EXISTS {name} ON ONLY {table} {on}"))
    for partition in connection.execute(PARTITIONS, {"table": table}).scalars().all():
        own = f"{partition.split('.')[1]}_{name}"
        _build(connection, own, partition, on, unique=False)
        connection.execute(text(f"ALTER INDEX {schema}.{name} ATTACH PARTITION {schema}.{own}"))


def _build(connection: Connection, name: str, table: str, on: str, unique: bool) -> None:
    """A build that was cut off leaves an index that nobody reads and everybody writes: it goes first."""
    schema = table.split(".")[0]
    valid = connection.execute(STATE_OF_INDEX, {"name": f"{schema}.{name}"}).scalar()
    with _patient(connection):
        if valid is False:
            connection.execute(text(f"DROP INDEX CONCURRENTLY {schema}.{name}"))
        if not valid:
            _require_time()
            kind = "UNIQUE INDEX" if unique else "INDEX"
            connection.execute(text(f"CREATE {kind} CONCURRENTLY {name} ON {table} {on}"))


@contextmanager
def _alone() -> Iterator[Connection]:
    """Outside any transaction."""
    with op.get_context().autocommit_block():
        connection = op.get_bind()
        # Alembic asks for the isolation level first, and on pg8000 that question opens a transaction.
        connection.connection.rollback()
        yield connection


@contextmanager
def _patient(connection: Connection) -> Iterator[None]:
    """What is done concurrently waits for whoever was there before, and holds up nobody meanwhile."""
    connection.execute(text("SET lock_timeout = 0"))
    try:
        yield
    finally:
        connection.execute(text(f"SET lock_timeout = '{_attributes()['lock_timeout']}'"))


def _require_time() -> None:
    if not _attributes()["enough_time"]():
        raise UnfinishedError


def _attributes() -> dict[str, Any]:
    config = op.get_context().config
    if config is None:
        raise RuntimeError("migrations run by migrator.upgrading alone")
    return dict(config.attributes)
