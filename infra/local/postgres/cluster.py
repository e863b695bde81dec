"""The data directory: made whole or not at all, with a password and no open trust."""

import secrets
import shutil
import subprocess
from pathlib import Path

from infra.local.errors import LocalError
from infra.local.postgres.account import Account

ADMIN = "cyclorama"
INITDB_SECONDS = 120


def prepare(home: Path, bin_directory: Path, account: Account) -> str:
    """Make the data directory if there is none; returns the administrator's password."""
    password_file = home / "password"
    data = home / "data"
    if data.exists() and password_file.exists():
        return password_file.read_text(encoding="ascii")
    if data.exists():
        raise LocalError(f"{data} has lost its password file {password_file}; `make reset` starts afresh")
    temporary = home / "data.new"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(mode=0o700)
    account.own(temporary)
    password = secrets.token_urlsafe(24)
    password_file.touch(mode=0o600)
    password_file.write_text(password, encoding="ascii")
    account.own(password_file)
    _initdb(temporary, bin_directory, password_file, account)
    temporary.replace(data)
    return password


def _initdb(data: Path, bin_directory: Path, password_file: Path, account: Account) -> None:
    result = subprocess.run(
        [
            bin_directory / "initdb",
            f"--pgdata={data}",
            f"--username={ADMIN}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-sync",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=INITDB_SECONDS,
        cwd="/",
        check=False,
        **account.popen,
    )
    if result.returncode:
        raise LocalError(f"PostgreSQL could not make its data directory: {result.stderr.strip()[-2000:]}")
