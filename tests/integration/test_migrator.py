"""The migrator changes tables that are in use: nobody waits, and what was cut off goes on."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from core.postgres.database import create_database
from migrator.upgrading import MIGRATIONS, NewerDatabaseError, Outcome, Upgrade
from tests.support.database import ServiceSettings, administer, plain_engine

FIRST = """
op.execute("CREATE TABLE visits (id integer PRIMARY KEY, hall text, note text)")
op.execute("INSERT INTO visits (id, hall) SELECT n, 'one' FROM generate_series(1, 25) n")
"""
STATE = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('visits_by_hall')"
BUILDING = (
    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event IS NOT NULL"
)


class Ground:
    """A database of one table, and migrations as a test writes them."""

    def __init__(self, url: URL, folder: Path) -> None:
        self.url = url
        self.folder = folder
        (folder / "versions").mkdir()
        shutil.copy(MIGRATIONS / "env.py", folder / "env.py")
        self.others = plain_engine(url)
        self._written = 0
        self.write(FIRST)
        self.run()

    def write(self, body: str) -> None:
        before, self._written = self._written, self._written + 1
        lines = "\n    ".join(body.strip().splitlines())
        (self.folder / "versions" / f"{self._written:04}.py").write_text(
            "from alembic import op\nfrom migrator.migrations import online\n"
            f"revision = '{self._written:04}'\ndown_revision = {f'{before:04}' if before else None!r}\n"
            f"def upgrade():\n    {lines}\n"
        )

    def engine(self) -> Engine:
        return create_database(ServiceSettings("migrator", self.url.render_as_string(hide_password=False)))

    def run(
        self, enough_time: Callable[[], bool] = lambda: True, pause: Callable[[float], None] = lambda _: None
    ) -> Outcome:
        engine = self.engine()
        try:
            return Upgrade(enough_time, pause, self.folder).run(engine)
        finally:
            engine.dispose()

    def value(self, query: str) -> object:
        with self.others.connect() as connection:
            return connection.execute(text(query)).scalar()


@pytest.fixture
def ground(server: URL, tmp_path: Path) -> Iterator[Ground]:
    url = server.set(database=f"migrated_{uuid4().hex[:8]}")
    administer(server, f'CREATE DATABASE "{url.database}"')
    ground = Ground(url, tmp_path)
    yield ground
    ground.others.dispose()
    administer(server, f'DROP DATABASE "{url.database}" WITH (FORCE)')


def insert(connection: Connection, number: int) -> None:
    connection.execute(text("INSERT INTO visits (id, hall) VALUES (:number, 'two')"), {"number": number})


def test_others_write_while_an_index_is_built(ground: Ground) -> None:
    ground.write("online.index('visits_by_hall', 'public.visits', '(hall)')")
    outcomes: list[Outcome] = []
    migrator = threading.Thread(target=lambda: outcomes.append(ground.run()))
    with ground.others.connect() as before:
        insert(before, 100)
        migrator.start()
        while not ground.value(BUILDING):
            assert migrator.is_alive()
        with ground.others.begin() as meanwhile:
            meanwhile.execute(text("SET LOCAL lock_timeout = '2s'"))
            insert(meanwhile, 101)
        before.commit()
    migrator.join()
    assert outcomes == [Outcome("0001", "0002", 0)]
    assert ground.value(STATE) is True


def test_an_index_whose_building_was_cut_off_is_built_anew(ground: Ground) -> None:
    ground.write("online.index('visits_by_hall', 'public.visits', '(hall)', unique=True)")
    with pytest.raises(DBAPIError):
        ground.run()  # Two visits of one hall: the index is there, and not valid.
    assert ground.value(STATE) is False
    with ground.others.begin() as connection:
        connection.execute(text("DELETE FROM visits WHERE id > 1"))
    assert ground.run().left == 0
    assert ground.value(STATE) is True
    assert ground.run() == Outcome("0002", "0002", 0)


def test_two_migrators_at_once_do_the_work_once(ground: Ground) -> None:
    ground.write("online.index('visits_by_hall', 'public.visits', '(hall)')")
    outcomes: list[Outcome] = []
    with ground.others.connect() as held:
        insert(held, 100)
        both = [threading.Thread(target=lambda: outcomes.append(ground.run())) for _ in range(2)]
        for each in both:
            each.start()
        while not ground.value(BUILDING):
            pass
        held.commit()
    for each in both:
        each.join()
    assert [(o.before, o.after) for o in sorted(outcomes, key=lambda o: str(o.before))] == [
        ("0001", "0002"),
        ("0002", "0002"),
    ]


def test_a_partitioned_tables_index_is_built_by_partitions(ground: Ground) -> None:
    ground.write("""
op.execute("CREATE TABLE months (at integer) PARTITION BY RANGE (at)")
op.execute("CREATE TABLE months_1 PARTITION OF months FOR VALUES FROM (0) TO (9)")
op.execute("CREATE TABLE months_rest PARTITION OF months DEFAULT")
""")
    ground.write("online.index('by_time', 'public.months', '(at DESC)')")
    ground.run()
    assert ground.value("SELECT bool_and(indisvalid) AND count(*) = 3 FROM pg_index WHERE indrelid IN"
                        " ('months'::regclass, 'months_1'::regclass, 'months_rest'::regclass)")  # fmt: skip


def test_batches_stop_when_time_is_up_and_go_on(ground: Ground) -> None:
    ground.write("""
online.batches("UPDATE visits SET note = 'x' WHERE id IN (SELECT id FROM visits WHERE note IS NULL LIMIT :size)", 10)
online.not_null("public.visits", "note")
""")
    turns = iter([True, True, False])
    assert ground.run(lambda: next(turns)) == Outcome("0001", "0001", 1)
    assert ground.value("SELECT count(*) FROM visits WHERE note IS NOT NULL") == 20
    assert ground.run() == Outcome("0001", "0002", 0)
    nullable = "SELECT is_nullable FROM information_schema.columns WHERE table_name = 'visits' AND column_name = 'note'"
    assert ground.value(nullable) == "NO"
    assert ground.value("SELECT count(*) FROM pg_constraint WHERE conname = 'note_given'") == 0


def test_a_constraint_that_old_rows_break_holds_new_ones_and_is_looked_at_again(ground: Ground) -> None:
    ground.write("online.constraint('public.visits', 'visits_hall_check', \"CHECK (hall <> 'one')\")")
    for _ in range(2):
        with pytest.raises(DBAPIError):
            ground.run()
    with pytest.raises(DBAPIError), ground.others.begin() as connection:
        connection.execute(text("INSERT INTO visits (id, hall) VALUES (200, 'one')"))
    with ground.others.begin() as connection:
        connection.execute(text("DELETE FROM visits"))
    ground.run()
    assert ground.value("SELECT convalidated FROM pg_constraint WHERE conname = 'visits_hall_check'")


def test_each_migration_stays_though_the_next_one_fails(ground: Ground) -> None:
    ground.write("online.columns('public.visits', 'people integer', \"channel text DEFAULT 'site'\")")
    ground.write("op.execute('SELECT 1 / 0')")
    with pytest.raises(DBAPIError):
        ground.run()
    assert ground.value("SELECT version_num FROM alembic_version") == "0002"
    assert ground.value("SELECT channel FROM visits LIMIT 1") == "site"


def test_a_table_that_is_in_use_is_asked_for_again(ground: Ground) -> None:
    ground.write(
        "op.execute(\"SET LOCAL lock_timeout = '50ms'\")\nop.execute('ALTER TABLE visits ADD COLUMN people int')"
    )
    with ground.others.connect() as reader:
        reader.execute(text("SELECT * FROM visits")).all()
        assert ground.run(pause=lambda _: reader.rollback()) == Outcome("0001", "0002", 0)


def test_without_time_nothing_is_begun(ground: Ground) -> None:
    ground.write("op.execute('ALTER TABLE visits ADD COLUMN people int')")
    assert ground.run(lambda: False) == Outcome("0001", "0001", 1)


def test_a_unique_constraint_of_other_columns_keeps_its_name(ground: Ground) -> None:
    ground.write("""
online.run("ALTER TABLE public.visits ADD CONSTRAINT once UNIQUE (id)")
online.unique("public.visits", "once", "id, hall")
online.unique("public.visits", "once", "id, hall")
""")
    ground.run()
    named = "FROM pg_constraint WHERE conrelid = 'visits'::regclass AND conname = 'once'"
    assert ground.value(f"SELECT string_agg(pg_get_constraintdef(oid), ',') {named}") == "UNIQUE (id, hall)"
    built = "SELECT string_agg(indexname, ',' ORDER BY indexname) FROM pg_indexes WHERE tablename = 'visits'"
    assert ground.value(built) == "once,visits_pkey"


def test_another_primary_key_takes_the_place_of_the_old_one_once(ground: Ground) -> None:
    ground.write("""
online.columns("public.visits", "number uuid")
online.batches("UPDATE visits SET number = gen_random_uuid() WHERE id IN"
               " (SELECT id FROM visits WHERE number IS NULL LIMIT :size)")
online.not_null("public.visits", "number")
online.primary_key("public.visits", "number")
online.primary_key("public.visits", "number")
""")
    ground.run()
    keys = "SELECT string_agg(pg_get_constraintdef(oid), ',') FROM pg_constraint WHERE conrelid = 'visits'::regclass"
    assert ground.value(f"{keys} AND contype = 'p'") == "PRIMARY KEY (number)"
    assert ground.value("SELECT string_agg(indexname, ',') FROM pg_indexes WHERE tablename = 'visits'") == "visits_pkey"


def test_a_database_of_a_later_release_is_left_alone(ground: Ground) -> None:
    ground.write("op.execute('SELECT 1')")
    ground.run()
    (ground.folder / "versions" / "0002.py").unlink()
    with pytest.raises(NewerDatabaseError, match="0002"):
        ground.run()
    assert ground.value("SELECT version_num FROM alembic_version") == "0002"
