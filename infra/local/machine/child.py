"""A supervised program: started, watched, waited for, ended."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp

from infra.local.machine.errors import ChildDiedError, LocalError
from infra.local.machine.logs import open_log
from infra.local.machine.own import OwnProcess
from infra.local.machine.processes import Leftover, end
from infra.local.machine.settings import ROOT
from infra.local.machine.tether import tethered

# So long only what hangs takes: one that ends by itself is noticed at once.
START_SECONDS = 120
STOP_SECONDS = 10
POLL_SECONDS = 0.05


class Child(OwnProcess):
    """One program of ours, tied to this process; its output goes to `<logs>/<name>.log`."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        logs: Path,
        health_url: str | None,
        python: str = sys.executable,
    ) -> None:
        self.name = name
        self._arguments = [python, *arguments]
        self._environment = environment
        self._log = logs / f"{name}.log"
        self._pid_file = logs.parent / f"{name}.pid"
        self._health_url = health_url

    def end_leftover(self) -> None:
        """End what a killed supervisor may have left, where the tie to it did not."""
        if self._pid_file.exists():
            leftover = Leftover(int(self._pid_file.read_text() or 0))
            if leftover.runs("python", self._arguments[2]):
                leftover.end(signal.SIGTERM, STOP_SECONDS)

    def launch(self) -> None:
        """Start the program; must be called on a thread that outlives it."""
        with open_log(self._log) as log:
            self._process = subprocess.Popen(
                [*tethered(signal.SIGTERM), *self._arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **self._environment},
            )
        self._note_pid(self._process.pid)

    def _note_pid(self, pid: int) -> None:
        """Written whole or not at all: who reads nothing there and signals that is signals its own process group."""
        temporary = self._pid_file.with_suffix(".pid.new")
        temporary.write_text(str(pid))
        temporary.replace(self._pid_file)

    async def wait_ready(self) -> None:
        """Wait until the program answers 200 at its health URL, if it has one."""
        if self._health_url is None:
            return
        deadline = time.monotonic() + START_SECONDS
        timeout = aiohttp.ClientTimeout(total=2)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while not await self._answers(session, self._health_url):
                self.check()
                if time.monotonic() > deadline:
                    raise LocalError(f"The {self.name} did not answer in {START_SECONDS} s; see {self._log}")
                await asyncio.sleep(POLL_SECONDS)

    def check(self) -> None:
        """Raise `ChildDiedError` if the program has ended by itself."""
        if self._process and (code := self._process.poll()) is not None:
            tail = self._log.read_text(encoding="utf-8", errors="replace")[-1500:]
            raise ChildDiedError(f"The {self.name} exited with status {code}. The end of its log:\n{tail}")

    def stop(self) -> None:
        """End the program, politely at first: the broker saves its state then."""
        end(self._process, signal.SIGTERM, STOP_SECONDS)
        self._process = None
        self._pid_file.unlink(missing_ok=True)

    @staticmethod
    async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
        try:
            async with session.get(url) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False
