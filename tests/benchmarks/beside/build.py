"""A build of the product: checked out, installed and run as its own users do."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.beside.meter import Tree

ROOT = Path(__file__).parents[3]
START_SECONDS, STOP_SECONDS = 180, 60
# Both are asked for more, by one client, than a town would.
LIMITS = " ".join(f"{name}=1000000/60" for name in ("sign-in", "register", "quote", "book", "pay", "search"))


@dataclass(frozen=True)
class Running:
    """A system that is ready: where it answers, what it costs, and how long it took to start (s)."""

    endpoints: dict[str, Any]
    tree: Tree
    started_in: float


@dataclass(frozen=True)
class Build:
    """A checkout with its environment."""

    name: str
    folder: Path
    python: Path

    @classmethod
    def here(cls) -> "Build":
        return cls("this build", ROOT, Path(sys.executable))

    @classmethod
    def of(cls, commit: str, place: Path) -> "Build":
        """The commit, in a work tree and an environment of its own; both stay for the next run."""
        folder = place / commit
        if not folder.exists():
            _run("git", "-C", str(ROOT), "worktree", "add", "--detach", str(folder), commit)
        python = folder / ".venv" / "bin" / "python"
        if not python.exists():
            _run(sys.executable, "-m", "venv", str(folder / ".venv"))
            requirements = str(folder / "requirements" / "run.txt")
            _run(str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "-r", requirements)
        return cls(commit, folder, python)

    @contextmanager
    def running(
        self, state: Path, parameters: Mapping[str, str] | None = None, options: Mapping[str, str] | None = None
    ) -> Iterator[Running]:
        """A system on free ports, perhaps with other parameters of its template and options, until the block ends."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CYCLORAMA_")}
        environment |= {"PYTHONPATH": "functions:layers/core:.", "CALL_LIMITS": LIMITS}
        environment |= {"CYCLORAMA_PORTS": "auto", "CYCLORAMA_STATE": str(state), "CYCLORAMA_RELOAD": "0"}
        environment |= {"CYCLORAMA_PARAMETERS": json.dumps(parameters)} if parameters else {}
        environment |= options or {}
        begin = time.monotonic()
        (state / "endpoints.json").unlink(missing_ok=True)
        state.mkdir(parents=True, exist_ok=True)
        with (state / "run.log").open("wb") as log:
            command = [str(self.python), "-m", "infra.local", "run"]
            process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
        try:
            yield Running(self._endpoints(process, state), Tree(process.pid), time.monotonic() - begin)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_SECONDS)

    def _endpoints(self, process: "subprocess.Popen[bytes]", state: Path) -> dict[str, Any]:
        deadline = time.monotonic() + START_SECONDS
        while not (state / "endpoints.json").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not start:\n{(state / 'run.log').read_text()[-2000:]}")
            time.sleep(0.05)
        return dict(json.loads((state / "endpoints.json").read_text(encoding="utf-8")))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
