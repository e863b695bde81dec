"""What the code says to the database takes no connection of RDS Proxy away from everybody else.

The proxy reads statements, and keeps a connection for whoever changes its session ("pinning"): SET, set_config, locks
of a session, cursors, temporary tables, LISTEN, nextval, statements that SQL prepares, and texts of more than 16 KB. It
does not look into functions of the database. The migrator talks to the database itself."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CODE = sorted(
    path
    for top in ("functions", "layers/core/core")
    for path in (ROOT / top).rglob("*.py")
    if "migrator" not in path.parts
)
PINS = re.compile(
    r"\b(SET\s+(LOCAL|SESSION)|RESET|DISCARD|DEALLOCATE|PREPARE|LISTEN|UNLISTEN)\s+\w"
    r"|^SET\s+\w+\s*(=|TO)"
    r"|\b(set_config|pg_(try_)?advisory_(un)?lock(_shared|_all)?|nextval|setval)\s*\("
    r"|\bCREATE\s+(LOCAL\s+)?TEMP(ORARY)?\b|\bDECLARE\s+\w+\s+.*CURSOR\b",
    re.IGNORECASE,
)
SQL = re.compile(
    r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|SET|CREATE|DECLARE|LISTEN|PREPARE|DISCARD|RESET|DEALLOCATE)\b"
)
MOST_BYTES = 16 * 1024


def texts(path: Path) -> Iterator[str]:
    """The literals that are SQL, those of f-strings piece by piece; not documentation, which is nobody's argument."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in prose:
            continue
        if SQL.search(node.value):
            yield node.value


def test_no_statement_pins_a_connection() -> None:
    found = [(str(path.relative_to(ROOT)), text) for path in CODE for text in texts(path) if PINS.search(text)]
    assert found == []


def test_no_statement_is_longer_than_the_proxy_follows() -> None:
    every = [text for path in CODE for text in texts(path)]
    assert len(every) > 100
    assert [text[:60] for text in every if len(text.encode()) > MOST_BYTES] == []


@pytest.mark.parametrize(
    "statement",
    [
        "SET LOCAL work_mem = '32MB'",
        "SET statement_timeout TO 0",
        "SELECT set_config('a', 'b', true)",
        "SELECT pg_try_advisory_lock(1)",
        "SELECT pg_advisory_unlock_all()",
        "SELECT nextval('booking.numbers')",
        "CREATE TEMP TABLE a (b int)",
        "LISTEN news",
        "PREPARE a AS SELECT 1",
        "DISCARD ALL",
        "DECLARE c NO SCROLL CURSOR FOR SELECT 1",
    ],
)
def test_what_pins_is_known(statement: str) -> None:
    assert SQL.search(statement)
    assert PINS.search(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE booking.halls SET name = $1",
        "SELECT pg_advisory_xact_lock(1)",
        "SELECT pg_try_advisory_xact_lock_shared(1)",
        "SELECT public.for_this_transaction('work_mem', '32MB')",
        "INSERT INTO a VALUES (1) ON CONFLICT (b) DO UPDATE SET c = 1",
    ],
)
def test_what_ends_with_the_transaction_pins_nothing(statement: str) -> None:
    assert not PINS.search(statement)
