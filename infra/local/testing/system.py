"""The whole system for tests: `with LocalSystem(state) as system: system.endpoints.api_url`."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.request import urlopen

from infra.local.execution.launching import PATHS
from infra.local.machine.errors import LocalError
from infra.local.machine.settings import ROOT
from infra.local.machine.tether import tethered
from infra.local.plan.endpoints import FILE_NAME, Endpoints

TRIES = 3
# As the supervisor says it, and as parts of the system pass on what the machine says.
TAKEN = re.compile("is taken by|address already in use", re.IGNORECASE)
# So long only what hangs takes, however busy the machine is.
START_SECONDS = ANSWER_SECONDS = 240
STOP_SECONDS = 120


class LocalSystem:
    """`python -m infra.local run` in a process of its own, by default on free ports.

    It stops when the thread that started it ends, also where that is killed.

    `options` are environment variables of `LocalSettings`, such as `CYCLORAMA_TEMPLATE`.
    """

    def __init__(self, state: Path, options: Mapping[str, str] | None = None, ports: str = "auto") -> None:
        self.state = state
        self._options = {
            "CYCLORAMA_STATE": str(state),
            "CYCLORAMA_PORTS": ports,
            "CYCLORAMA_RELOAD": "0",
            **(options or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoints(self) -> Endpoints:
        """The addresses of the running system."""
        return Endpoints.load(self.state)

    @property
    def pid(self) -> int:
        """The supervisor's process, from the moment it is launched."""
        if self._process is None:
            raise LocalError("The system is not running")
        return self._process.pid

    @property
    def output(self) -> str:
        """What the supervisor has printed."""
        path = self.state / "supervisor.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until everything is ready.

        Ports that were free may be another system's a moment later: then others are chosen."""
        for _ in range(TRIES - 1):
            try:
                return self._start()
            except LocalError:
                if not TAKEN.search(self.output) or self._options["CYCLORAMA_PORTS"] != "auto":
                    raise
                (self.state / "ports.json").unlink(missing_ok=True)
                (self.state / "supervisor.log").unlink(missing_ok=True)
        return self._start()

    def _start(self) -> None:
        self.launch()
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            if self._process and self._process.poll() is not None:
                raise LocalError(f"The system ended with status {self._process.returncode}:\n{self.output}")
            if time.monotonic() > deadline:
                self.stop()
                raise LocalError(f"The system was not ready after {START_SECONDS} s:\n{self.output}")
            time.sleep(0.02)

    def launch(self) -> None:
        """Start without waiting."""
        self.state.mkdir(parents=True, exist_ok=True)
        inherited = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "AWS_ENDPOINT_URL")}
        with (self.state / "supervisor.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*tethered(signal.SIGTERM), sys.executable, "-m", "infra.local", "run"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env={**inherited, "PYTHONPATH": PATHS, **self._options},
                start_new_session=True,
            )

    def stop(self) -> int:
        """Stop as Ctrl-C does; returns the exit status."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise LocalError(f"The system did not stop in {STOP_SECONDS} s:\n{self.output}") from None
        finally:
            self._process = None

    def kill(self) -> None:
        """Kill the supervisor as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def wait(self, seconds: float = STOP_SECONDS) -> int:
        """Wait for the supervisor to end by itself; returns its exit status."""
        return self._process.wait(seconds) if self._process else 0

    def functions(self) -> dict[str, list[dict[str, Any]]]:
        """Each function's execution environments by logical id: pid, state, served, request_id."""
        with urlopen(f"{self.endpoints.lambda_endpoint}/_runtime/functions", timeout=ANSWER_SECONDS) as response:  # noqa: S310
            return {each["logical_id"]: each["environments"] for each in json.loads(response.read())}

    def pids(self, logical_id: str) -> list[int]:
        """The processes of one function, for a test to kill."""
        return [int(each["pid"]) for each in self.functions()[logical_id] if each["pid"]]

    def _ready(self) -> bool:
        path = self.state / FILE_NAME
        # One that a killed predecessor left does not count.
        return path.exists() and self._process is not None and self.endpoints.pid == self._process.pid
