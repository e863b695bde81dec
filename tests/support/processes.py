"""The processes of a running system, looked at while they come and go."""

from collections.abc import Iterator
from contextlib import suppress

import psutil


def children(pid: int, *, recursive: bool = False) -> list[psutil.Process]:
    """Those that run; one that ends while it is looked at is none of them."""
    return [child for child in psutil.Process(pid).children(recursive=recursive) if runs(child)]


def runs(process: psutil.Process) -> bool:
    """Whether it still does; a zombie does not."""
    with suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def with_argument(processes: list[psutil.Process], argument: str) -> list[psutil.Process]:
    """Those whose command line has it."""
    return [process for process in processes if argument in command(process)]


def command(process: psutil.Process) -> list[str]:
    """Its command line; empty where it has ended meanwhile."""
    with suppress(psutil.NoSuchProcess):
        return list(process.cmdline())
    return []


def niceness(pids: list[int]) -> Iterator[int]:
    """How far each of them yields to others; those that have ended meanwhile say nothing."""
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            yield psutil.Process(pid).nice()
