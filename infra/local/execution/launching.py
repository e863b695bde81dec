"""Starts a fork server, with next to nothing imported here: the runtime does so before anything else, and imports what
it needs itself meanwhile."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from infra.local.execution.alike import ALIKE
from infra.local.machine.settings import ROOT

FORK_SERVER = "infra.local.execution.forkserver"
FUNCTIONS = ROOT / "functions"
PATHS = os.pathsep.join(map(str, (FUNCTIONS, ROOT / "layers" / "core", ROOT)))
# What nearly all functions import. Neither these nor our handlers look at the environment while they are imported.
PRELOADED = (
    "simplejson",
    "chalice", "pydantic.networks", "pydantic_settings", "urllib3",
    "sqlalchemy.dialects.postgresql.pg8000", "pg8000.native",
    "aws_lambda_powertools.metrics", "aws_lambda_powertools.utilities.batch",
    "shared_schemas.booking", "shared_schemas.events", "shared_schemas.payment.payments",
)  # fmt: skip


@dataclass(frozen=True)
class Launched:
    """A fork server's process, and our end of the socket that its orders go through."""

    process: subprocess.Popen[bytes]
    control: socket.socket


def forks(wanted: bool) -> bool:
    """Forking is safe where the system's own libraries expect it; on macOS they do not."""
    return wanted and sys.platform == "linux"


def launch() -> Launched:
    """It answers its first order once it has imported what nearly all functions do, and ends with this thread."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", FORK_SERVER, str(theirs.fileno()), str(os.getpid()), *PRELOADED],
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            cwd=ROOT,
            env={**os.environ, **ALIKE, "PYTHONPATH": PATHS},
            start_new_session=True,
        )
    return Launched(process, ours)


@contextmanager
def launched(wanted: bool) -> Iterator[Launched | None]:
    """One for a whole run, where functions are forked; whoever gets it may end it before."""
    if not forks(wanted):
        yield None
        return
    server = launch()
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait()
