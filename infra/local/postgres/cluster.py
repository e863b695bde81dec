"""The data directory: made whole or not at all, with a password and no open trust."""

import secrets
import shutil
import subprocess
from pathlib import Path

from infra.local.machine.errors import LocalError
from infra.local.postgres.account import Account

ADMIN = "cyclorama"
INITDB_SECONDS = 120


def admin_password(home: Path, account: Account) -> str:
    """The administrator's password, made up on first use."""
    path = home / "password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24), encoding="ascii")
        account.own(path)
    return path.read_text(encoding="ascii")


def make_data_directory(home: Path, bin_directory: Path, account: Account) -> None:
    """Run initdb unless that has been done; a half-made directory is never taken for a whole one."""
    data = home / "data"
    if data.exists():
        return
    temporary = home / "data.new"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(mode=0o700)
    account.own(temporary)
    _initdb(temporary, bin_directory, home / "password", account)
    temporary.replace(data)


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
        raise LocalError(f"PostgreSQL could not create its data directory: {result.stderr.strip()[-2000:]}")
