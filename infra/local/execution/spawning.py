"""Starts functions' processes: forked from one with the libraries imported or, on other systems, from scratch."""

import asyncio
import os
import sys
from collections.abc import Iterable, Mapping
from typing import Protocol

from infra.local.execution.forking import Forker
from infra.local.execution.launching import Launched, forks
from infra.local.template.model import Function

BOOTSTRAP = "infra.local.execution.bootstrap"


class Process(Protocol):
    """A running process, as asyncio has them."""

    pid: int
    stdout: asyncio.StreamReader | None

    @property
    def returncode(self) -> int | None: ...
    def send_signal(self, signal: int) -> None: ...
    async def wait(self) -> int: ...


class Spawner(Protocol):
    """Starts processes; must be used on one event loop, on a thread that outlives them."""

    async def spawn(self, function: Function, variables: Mapping[str, str]) -> Process: ...
    def renew(self) -> None: ...
    async def stop(self) -> None: ...


class Starter:
    """Starts each as a program of its own."""

    async def spawn(self, function: Function, variables: Mapping[str, str]) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            BOOTSTRAP,
            str(os.getpid()),
            function.handler,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=variables,
            cwd=function.code,
            start_new_session=True,
        )

    def renew(self) -> None:
        """Each is new anyway."""

    async def stop(self) -> None:
        """Nothing is kept."""


def make_spawner(fork: bool, functions: Iterable[Function] = (), launched: Launched | None = None) -> Spawner:
    """Forks where that is wanted and safe; `launched` is a fork server that was started already."""
    return Forker(functions, launched) if forks(fork) else Starter()
