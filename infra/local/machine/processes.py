"""Other processes: who holds a port, does what we left behind still run, and how what we started is ended."""

import subprocess
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Leftover:
    """A process found by a pid that was written down."""

    pid: int

    def runs(self, name: str, argument: str) -> bool:
        """Whether it is alive and still that program; pids are used again."""
        try:
            process = psutil.Process(self.pid)
            return name in process.name() and any(argument in part for part in process.cmdline())
        except psutil.Error:
            return False

    def end(self, number: int, seconds: float) -> bool:
        """Signal it and wait; False if it still runs after that time."""
        try:
            process = psutil.Process(self.pid)
            process.send_signal(number)
            process.wait(seconds)
        except psutil.NoSuchProcess:
            return True
        except psutil.TimeoutExpired:
            return False
        return True


def end(process: subprocess.Popen[bytes] | None, number: int, seconds: float) -> None:
    """Signal a child of ours, wait, and kill it if it still runs after that time; one that has ended is left alone."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(number)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def port_holder(port: int) -> str:
    """The program that listens on a port, as far as we may know it."""
    try:
        found = [c for c in psutil.net_connections("tcp") if c.status == "LISTEN" and c.laddr and c.laddr.port == port]
        pid = found[0].pid if found else None
        return f"{psutil.Process(pid).name()} (pid {pid})" if pid else "another program"
    except psutil.Error:
        # macOS shows other users' connections to root only.
        return "another program"
