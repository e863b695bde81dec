"""Starts functions' processes as copies of one that has imported their libraries and handlers already.

`python -m infra.local.execution.forkserver FD PARENT_PID LIBRARY…`: orders come in over the inherited socket FD as
JSON, each with the file to write output to; what became of each process goes out as lines of JSON. A cold start on AWS
has a processor to itself; here forty of them share two, and importing is most of what they do.

What is ordered is imported at once, and the other handlers, which are told first, while nobody orders anything: the
first functions need not wait for all.
"""

import gc
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from select import select

from infra.local.execution import bootstrap
from infra.local.machine.settings import ROOT
from infra.local.machine.tether import tie

MAX_ORDER = 1 << 18
"""Bytes of one order: far over what an environment may hold (4 KB on AWS)."""
COMM = Path("/proc/self/comm")
COMM_LENGTH = 15
# What another folder holds under the same names must not be found in its copies.
FUNCTIONS = str(ROOT / "functions")


@dataclass(frozen=True)
class Order:
    """A process to start: what it serves, its variables, where it works and looks for modules."""

    handler: str
    variables: dict[str, str]
    folder: str
    paths: list[str]

    def render(self) -> bytes:
        return json.dumps(asdict(self)).encode()


def render_ahead(modules: Sequence[str]) -> bytes:
    """Modules that will be wanted, as a server is told of them."""
    return json.dumps(list(modules)).encode()


class ForkServer:
    """Single-threaded, as a process must be that is forked from."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._ahead: list[str] = []
        self._bell, self._ring = os.pipe()
        for end in (self._bell, self._ring):
            os.set_blocking(end, False)

    def serve(self) -> Order | None:
        """Returns its order in each copy; in the server itself nothing, when the supervisor is gone."""
        # A handler that does nothing: a child's end only has to end the wait, by way of the pipe.
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._ring, warn_on_full_buffer=False)
        while True:
            readable, _, _ = select([self._control.fileno(), self._bell], [], [], 0 if self._ahead else None)
            if not readable:
                self._look_ahead()
            if self._bell in readable:
                os.read(self._bell, 4096)
                self._reap()
            if self._control.fileno() in readable:
                data, files, _, _ = socket.recv_fds(self._control, MAX_ORDER, 1)
                if not data:
                    return None
                told = json.loads(data)
                if not files:
                    self._ahead = told[::-1]
                elif not self._fork(order := Order(**told), files[0]):
                    return order

    def _look_ahead(self) -> None:
        _import(self._ahead.pop())
        if not self._ahead:
            _read_settings()
            # What is there by now is shared by all copies, as long as the collector does not write to it.
            gc.collect()
            gc.freeze()

    def _fork(self, order: Order, output: int) -> bool:
        """Whether this still is the server; the copy is rid of all that is the server's."""
        if order.folder == FUNCTIONS:
            _import(order.handler.rpartition(".")[0])
            gc.freeze()
        if pid := os.fork():
            os.close(output)
            self._tell(started=pid)
            return True
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(output, sys.stdout.fileno())
        os.dup2(output, sys.stderr.fileno())
        for end in (output, self._bell, self._ring, self._control.detach()):
            os.close(end)
        return False

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                self._tell(ended=ended[0], code=os.waitstatus_to_exitcode(ended[1]))

    def _tell(self, **news: int) -> None:
        # Without a supervisor there is nothing left to do, and this process ends with it.
        with suppress(BrokenPipeError):
            self._control.send(json.dumps(news).encode())


def _become(order: Order, server: int) -> None:
    """Go on as a process of its own that knows nothing of the server."""
    os.setsid()
    os.environ.clear()
    os.environ.update(order.variables)
    time.tzset()
    os.chdir(order.folder)
    sys.path[:] = list(dict.fromkeys([*order.paths, *sys.path]))
    sys.argv = [bootstrap.__name__, order.handler]
    with suppress(OSError):
        COMM.write_text(order.handler[-COMM_LENGTH:], encoding="ascii")
    if observability := sys.modules.get("core.observability"):
        observability.follow_environment()
    bootstrap.main(server, order.handler)


def _read_settings() -> None:
    """Read all settings once, as each copy will read its own, so that copies share what pydantic learns of the types by
    that. Most are not to be found here."""
    from pydantic_settings import BaseSettings

    classes = [BaseSettings]
    for known in classes:
        classes += known.__subclasses__()
        with suppress(ValueError):
            known()


def _import(module: str) -> None:
    # Whoever starts the function is told what is wrong with it: it is imported there again.
    with suppress(Exception):
        import_module(module)


def main(arguments: Sequence[str]) -> None:
    """Import what is worth it, then serve."""
    control, parent, *modules = arguments
    tie(int(parent), signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Of what is imported hardly anything becomes rubbish, and looking for it is a tenth of the work.
    gc.disable()
    for name in modules:
        _import(name)
    bootstrap.import_client()
    server = os.getpid()
    order = ForkServer(socket.socket(fileno=int(control))).serve()
    if order:
        gc.enable()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _become(order, server)


if __name__ == "__main__":
    main(sys.argv[1:])
