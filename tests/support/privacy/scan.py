"""Where words lie in a database: every row of every table of every service is looked at, whatever it is for."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, text

from tests.support.database import SERVICES

TABLES = """
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND n.nspname = ANY (:schemas) ORDER BY 1
"""
Found = Mapping[str, frozenset[str]]
"""Column, as `schema.table.column` → which of the words it has."""


def scan(engine: Engine, words: Collection[str]) -> Found:
    """The columns that have any of these words, in whatever case."""
    found: dict[str, set[str]] = {}
    with engine.connect() as connection:
        for column, word in _everywhere(connection, words):
            found.setdefault(column, set()).add(word)
    return {column: frozenset(which) for column, which in sorted(found.items())}


def _everywhere(connection: Connection, words: Collection[str]) -> Iterator[tuple[str, str]]:
    for table in connection.execute(text(TABLES), {"schemas": list(SERVICES)}).scalars().all():
        query = text(f"SELECT to_jsonb(t) FROM {table} t WHERE to_jsonb(t)::text ILIKE ANY (:patterns)")  # noqa: S608
        for row in connection.execute(query, {"patterns": [f"%{word}%" for word in words]}).scalars():
            yield from _in(table, row, words)


def _in(table: str, row: Mapping[str, Any], words: Collection[str]) -> Iterator[tuple[str, str]]:
    for column, value in row.items():
        stored = str(value).lower()
        yield from ((f"{table}.{column}", word) for word in words if word.lower() in stored)
