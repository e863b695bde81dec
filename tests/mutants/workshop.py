"""Where faults are planted: a copy of the tree with a PostgreSQL server of its own. The checkout is never touched."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from infra.local.postgres import PostgresServer
from tests.mutants.faults import ROOT, Fault
from tests.support.database import free_port

# Up to the first failure, each test named as it begins, without what takes long to load and is of no use here.
PLAIN = ("-x", "-vv", "--no-header", "--tb=line", "-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:xdist")
BEGUN = re.compile(r"^(\S+?\.py::[^\s\[]+)", re.MULTILINE)
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+?\.py(?:::[^\s\[]+)?)", re.MULTILINE)
# Nothing here has to survive the machine.
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
# What pytest ends with: all green, some red; anything else is no answer.
GREEN, RED = 0, 1


@dataclass(frozen=True)
class Verdict:
    """`caught_by` is the first test that failed, or did not end; `trouble` is why there is no answer."""

    fault: Fault
    caught_by: str = ""
    trouble: str = ""

    @property
    def survived(self) -> bool:
        return not self.caught_by


@dataclass(frozen=True)
class Workshop:
    """A copy of the tree, in which one fault is planted at a time."""

    tree: Path
    database_url: str
    patience: float
    ticks: Iterator[int]

    def verdict(self, fault: Fault) -> Verdict:
        """Plant the fault, run the tests near it, and take it out again."""
        path = self.tree / fault.file
        text = path.read_text(encoding="utf-8")
        self._write(path, fault.planted(text))
        try:
            ended, said = self.run(fault.tests, self.patience)
        finally:
            self._write(path, text)
        if ended is None:
            return self._endless(fault, said)
        if ended == GREEN:
            return Verdict(fault)
        first = FAILED.search(said)
        if ended == RED and first:
            return Verdict(fault, caught_by=first[1])
        return Verdict(fault, trouble=said.strip()[-400:])

    def _endless(self, fault: Fault, said: str) -> Verdict:
        """A hang is caught by the test that began last, if without the fault all end in half the time: else the machine
        may just be slow."""
        if self.run(fault.tests, self.patience / 2)[0] != GREEN:
            return Verdict(fault, trouble="no end in time, and not soon without it either")
        return Verdict(fault, caught_by=(BEGUN.findall(said) or fault.tests)[-1])

    def run(self, tests: Sequence[str], patience: float | None = None) -> tuple[int | None, str]:
        """How pytest ended, None where it did not in that many seconds, and what it said."""
        world = os.environ | {"PYTHONPATH": "functions:layers/core:.", "TEST_DATABASE_URL": self.database_url}
        command = [sys.executable, "-m", "pytest", *PLAIN, *tests]
        with subprocess.Popen(
            command,
            cwd=self.tree,
            env=world,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as running:
            try:
                said, _ = running.communicate(timeout=patience)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                return None, running.communicate()[0]
        return running.returncode, said

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")
        # Python compiles a file anew when its size or the second of its last change differ: give each its own.
        stamp = next(self.ticks)
        os.utime(path, (stamp, stamp))


@contextmanager
def workshop(patience: float) -> Iterator[Workshop]:
    """A copy of what git knows of the checkout, changes and new files included, until it is no longer needed."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as directory:
        tree = Path(directory) / "tree"
        _copy(tree)
        with PostgresServer(Path(directory) / "postgres", free_port(), FORGETFUL) as server:
            yield Workshop(tree, server.url, patience, count(1_000_000_000))


def _copy(tree: Path) -> None:
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        source = ROOT / name
        if source.is_file() and not source.is_symlink():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, tree / name)
