"""The committed schema.sql, the migrations and the table definitions describe one and the same database."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from core.postgres.database import sqlstate
from infra.database.schema import SCHEMA_FILE, schema_sql
from tests.support.database import SERVICES, EngineFor, administer, plain_engine

CATALOG = """
SELECT 'column', table_schema, table_name, column_name,
       concat_ws(' ', udt_name, is_nullable, column_default, is_identity)
  FROM information_schema.columns WHERE table_schema = ANY(:schemas)
UNION ALL
SELECT 'constraint', n.nspname, c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid)
  FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
 WHERE n.nspname = ANY(:schemas) AND c.contype <> 'n'
UNION ALL
SELECT 'index', schemaname, tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = ANY(:schemas)
UNION ALL
SELECT 'grant', table_schema, table_name, grantee, privilege_type
  FROM information_schema.role_table_grants
 WHERE table_schema = ANY(:schemas) AND grantee LIKE 'cyclorama%'
UNION ALL
SELECT 'trigger', n.nspname, c.relname, t.tgname, pg_get_triggerdef(t.oid) || p.prosrc
  FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
  JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = ANY(:schemas) AND NOT t.tgisinternal
"""


MONTH = re.compile(r"\d{4}_\d{2}")


def without_months(rows: Iterable[Iterable[Any]]) -> set[tuple[Any, ...]]:
    """The rows with the number of each month of the event log instead of its name.

    A database has the month that it was made in and the next two; the two that a test compares may be made on
    either side of a month's end.
    """
    rows = [tuple(row) for row in rows]
    names = sorted({month for row in rows for value in row for month in MONTH.findall(str(value))})
    return {tuple(MONTH.sub(lambda m: f"month {names.index(m[0])}", str(value)) for value in row) for row in rows}


def catalog(url: URL) -> set[tuple[Any, ...]]:
    engine = plain_engine(url)
    with engine.connect() as connection:
        rows = without_months(connection.execute(text(CATALOG), {"schemas": list(SERVICES)}))
    engine.dispose()
    return rows


def test_databases_made_on_either_side_of_a_months_end_are_alike() -> None:
    november = [("index", "integration", f"events_2026_{month}") for month in (11, 12)]
    december = [("index", "integration", name) for name in ("events_2026_12", "events_2027_01")]

    assert without_months(november) == without_months(december) != without_months(december[:1])


def test_the_committed_script_is_current() -> None:
    assert SCHEMA_FILE.read_text() == schema_sql()


def test_script_and_migrations_build_the_same_database(server: URL, database: URL) -> None:
    from_script = server.set(database="from_script")
    administer(server, "CREATE DATABASE from_script")
    try:
        administer(from_script, SCHEMA_FILE.read_text().replace(":", "\\:"))

        assert catalog(from_script) == catalog(database)
        assert len(catalog(database)) > 100
    finally:
        administer(server, "DROP DATABASE from_script WITH (FORCE)")


@pytest.mark.parametrize("service", SERVICES)
def test_a_services_role_can_touch_only_its_own_schema(engine_for: EngineFor, service: str) -> None:
    engine: Engine = engine_for(service)
    for other in set(SERVICES) - {service}:
        table = "users" if other == "gateway" else "outbox"
        with pytest.raises(DBAPIError) as caught, engine.connect() as connection:
            connection.execute(text(f"SELECT FROM {other}.{table}"))
        assert sqlstate(caught.value) == "42501"
