"""PostgreSQL follows the system's clock: here `now()` is found in a schema of ours before PostgreSQL's own.

The shift is a setting of the server, so that sessions that are open take it over with their next statement, and that
the function is inlined. A deployed database has neither: its `now()` is PostgreSQL's.
"""

import time
from datetime import timedelta

from infra.local.machine.errors import LocalError
from infra.local.postgres.admin import execute, session

SETTING = "cyclorama.shift"
PATIENCE_SECONDS = 10
SHIFT = (
    "pg_catalog.make_interval(secs =>"
    f" coalesce(nullif(pg_catalog.current_setting('{SETTING}', true), ''), '0')::pg_catalog.float8)"
)
FUNCTIONS = {"now": "STABLE", "clock_timestamp": "VOLATILE"}
# Defaults of columns were bound to PostgreSQL's own function when the tables were made, and functions of ours that run
# with their owner's rights have a search path of their own.
FOLLOW = r"""
DO $$
DECLARE
    found record;
BEGIN
    -- So that PostgreSQL's own function is written with its schema, whatever session this is.
    PERFORM set_config('search_path', 'local_clock, pg_catalog', true);
    FOR found IN
        SELECT d.adrelid::regclass AS place, a.attname AS name,
               replace(pg_get_expr(d.adbin, d.adrelid), 'pg_catalog.now()', 'local_clock.now()') AS expression
          FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
         WHERE pg_get_expr(d.adbin, d.adrelid) LIKE '%pg_catalog.now()%'
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', found.place, found.name, found.expression);
    END LOOP;
    FOR found IN
        SELECT oid::regprocedure AS function FROM pg_proc WHERE 'search_path=pg_catalog, pg_temp' = ANY (proconfig)
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = local_clock, pg_catalog, pg_temp', found.function);
    END LOOP;
END $$"""


def follow(url: str, shift: timedelta) -> None:
    """Have the database of that administrator's URL go by a clock that is shifted by so much."""
    with session(url) as connection:
        connection.run("CREATE SCHEMA IF NOT EXISTS local_clock")
        connection.run("GRANT USAGE ON SCHEMA local_clock TO PUBLIC")
        for name, volatility in FUNCTIONS.items():
            declared = f"local_clock.{name}() RETURNS timestamptz LANGUAGE sql {volatility} PARALLEL SAFE"
            connection.run(f"CREATE OR REPLACE FUNCTION {declared} AS $$ SELECT pg_catalog.{name}() + {SHIFT} $$")
        ((database,),) = connection.run("SELECT quote_ident(current_database())")
        connection.run(f'ALTER DATABASE {database} SET search_path = local_clock, pg_catalog, "$user", public')
        connection.run(FOLLOW)
    move(url, shift)


def move(url: str, shift: timedelta) -> None:
    """Change the shift, and wait until the server tells its sessions."""
    seconds = repr(shift.total_seconds())
    with session(url) as connection:
        # A setting that no extension declares must be known in the session before the server keeps it.
        for sql in (f"SET {SETTING} = '{seconds}'", f"ALTER SYSTEM SET {SETTING} = '{seconds}'"):
            connection.run(sql)
        connection.run("SELECT pg_reload_conf()")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while execute(url, f"SELECT current_setting('{SETTING}', true)")[0][0] != seconds:
        if time.monotonic() > deadline:
            raise LocalError("PostgreSQL did not take the new time")
        time.sleep(0.01)
