"""The PostgreSQL of one machine: made, stopped, killed, found again."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pg8000.exceptions import DatabaseError

from infra.local.machine.settings import ROOT
from infra.local.postgres import PostgresServer
from infra.local.postgres.admin import execute, set_role_passwords
from tests.support.waiting import PATIENCE_SECONDS, eventually

# What a killed supervisor looks like to its PostgreSQL.
KILLED_SUPERVISOR = """
import os, pathlib, signal, sys
from infra.local.postgres import PostgresServer
server = PostgresServer(pathlib.Path(sys.argv[1])).__enter__()
server.execute("CREATE TABLE kept (id int)", "cyclorama")
print(server.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except FileNotFoundError:
        return True


def test_data_survives_a_restart(tmp_path: Path) -> None:
    with PostgresServer(tmp_path) as server:
        server.execute("CREATE EXTENSION btree_gist", "cyclorama")
        server.execute("CREATE TABLE kept (id int)", "cyclorama")
        pid = server.pid

    assert pid and gone(pid)
    with PostgresServer(tmp_path) as server:
        assert execute(server.url, "SELECT count(*) FROM kept") == [(0,)]


def test_data_survives_a_killed_server(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path).__enter__()
    server.execute("CREATE TABLE kept (id int)", "cyclorama")
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)
    eventually(lambda: server.died)

    with PostgresServer(tmp_path) as restarted:
        assert execute(restarted.url, "SELECT count(*) FROM kept") == [(0,)]


def test_a_server_does_not_outlive_a_killed_supervisor_and_is_found_again(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-c", KILLED_SUPERVISOR, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        cwd=ROOT,
        check=False,
    )
    pid = int(result.stdout)

    with PostgresServer(tmp_path) as server:
        assert server.pid != pid
        assert execute(server.url, "SELECT count(*) FROM kept") == [(0,)]
    assert gone(pid)


def test_the_data_of_a_deleted_directory_is_forgotten(tmp_path: Path) -> None:
    deleted = PostgresServer(tmp_path / "deleted").home
    shutil.rmtree(tmp_path / "deleted")

    kept = PostgresServer(tmp_path / "kept").home

    assert kept.exists()
    assert not deleted.exists()


def test_nobody_signs_in_without_a_password(tmp_path: Path) -> None:
    with PostgresServer(tmp_path) as server:
        set_role_passwords(server.url, {"booking": "right"})

        assert execute(server.url_of("cyclorama", "cyclorama_booking", "right"), "SELECT 1") == [(1,)]
        for user, password in (("cyclorama_booking", "wrong"), ("cyclorama", "guess")):
            with pytest.raises(DatabaseError, match="password"):
                execute(server.url_of("cyclorama", user, password), "SELECT 1")


def test_a_database_may_be_a_copy_of_another(tmp_path: Path) -> None:
    with PostgresServer(tmp_path) as server:
        server.execute("CREATE TABLE kept (id int)", "cyclorama")

        url = server.create_database("copy", template="cyclorama")

        assert execute(url, "SELECT count(*) FROM kept") == [(0,)]
        server.drop_database("copy")
        assert server.execute("SELECT 1 FROM pg_database WHERE datname = 'copy'") == []
