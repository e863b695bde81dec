"""Migrations run while the studio is open: none may rewrite a table or keep everybody waiting."""

import re
from pathlib import Path

import pytest

from migrator.upgrading import MIGRATIONS
from tests.support.migration_rules import Recorder, faults, recorded

# They ran when there was little, and a new database runs them on empty tables.
OLD = "0016"
NEW = sorted(path for path in (MIGRATIONS / "versions").glob("*.py") if path.stem[:4] > OLD)


def test_each_migration_follows_the_one_before() -> None:
    """Two that were written at once have the same number, and no database could be made any more."""
    paths = sorted((MIGRATIONS / "versions").glob("*.py"))
    numbers = [path.stem[:4] for path in paths]
    lines = [dict(re.findall(r'^(revision|down_revision) = "?(\w+)', path.read_text(), re.M)) for path in paths]
    assert [line["revision"] for line in lines] == numbers
    assert [line["down_revision"] for line in lines] == ["None", *numbers[:-1]]


@pytest.mark.parametrize("path", NEW, ids=lambda path: path.stem)
def test_a_migration_holds_nobody_up(path: Path) -> None:
    assert faults(*recorded(path)) == []


def transactional(*scripts: str) -> list[str]:
    return faults(Recorder([("execute", (script,)) for script in scripts]), Recorder())


@pytest.mark.parametrize(
    "script",
    [
        "ALTER TABLE payment.payments ADD COLUMN stage text NOT NULL",
        "ALTER TABLE payment.payments ADD COLUMN a int DEFAULT 1, ADD COLUMN stage text NOT NULL",
        "ALTER TABLE payment.payments ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid()",
        "ALTER TABLE payment.payments ADD COLUMN tax int GENERATED ALWAYS AS (amount / 6) STORED",
        "ALTER TABLE payment.payments ADD COLUMN code text UNIQUE",
        "ALTER TABLE payment.payments ALTER COLUMN stage SET NOT NULL",
        "ALTER TABLE payment.payments ALTER COLUMN amount TYPE bigint",
        "ALTER TABLE payment.payments ADD CONSTRAINT positive CHECK (amount > 0)",
        "ALTER TABLE payment.payments ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID",
        "UPDATE payment.payments SET stage = 'one'",
        "WITH old AS (SELECT 1) UPDATE payment.payments SET stage = 'one'",
        "DELETE FROM payment.payments",
        "INSERT INTO payment.stages (id) SELECT id FROM payment.payments",
        "CREATE INDEX one ON payment.payments (stage)",
        "CREATE UNIQUE INDEX CONCURRENTLY one ON payment.payments (stage)",
        "DROP INDEX payment.one",
        "LOCK TABLE payment.payments",
        "TRUNCATE payment.payments",
        "ALTER TABLE payment.payments DROP COLUMN stage",
        "ALTER TABLE payment.payments RENAME TO money",
        "DROP TABLE payment.payments",
    ],
)
def test_what_holds_others_up_is_found(script: str) -> None:
    assert transactional("GRANT SELECT ON x TO y;" + script)


@pytest.mark.parametrize(
    "script",
    [
        "ALTER TABLE payment.payments ADD COLUMN stage text, ADD COLUMN n int NOT NULL DEFAULT 0",
        "ALTER TABLE payment.payments ALTER COLUMN stage SET DEFAULT 'one'",
        "CREATE TABLE payment.stages (id uuid NOT NULL, at timestamptz UNIQUE);"
        "CREATE INDEX by_time ON payment.stages (at); UPDATE payment.stages SET at = now()",
        "CREATE FUNCTION f() RETURNS void AS $$ DELETE FROM payment.payments; $$ LANGUAGE sql",
        "UPDATE booking.halls SET name = name",
    ],
)
def test_what_takes_a_moment_is_let_through(script: str) -> None:
    assert transactional(script) == []


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("run", ("CREATE TABLE payment.stages (id uuid)",)),
        ("run", ("UPDATE payment.payments SET stage = 1",)),
        ("columns", ("payment.payments", "stage text NOT NULL")),
        ("batches", ("UPDATE payment.payments SET stage = 1",)),
    ],
)
def test_the_online_helpers_are_held_to_it_too(name: str, args: tuple[str, ...]) -> None:
    assert faults(Recorder(), Recorder([(name, args)]))


def test_a_transaction_and_what_cannot_be_in_one_are_not_mixed() -> None:
    index = ("index", ("one", "payment.payments", "(stage)"))
    assert faults(Recorder(), Recorder([index])) == []
    assert faults(Recorder([("execute", ("CREATE TABLE payment.stages (id uuid)",))]), Recorder([index]))
    assert faults(Recorder([("add_column", ())]), Recorder())
