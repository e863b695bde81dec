"""The supervisor's side of fork servers: orders go there, and what became of the processes comes back."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from infra.local.execution.forkserver import MAX_ORDER, Order, render_ahead
from infra.local.execution.launching import FUNCTIONS, Launched, launch
from infra.local.machine.logs import log
from infra.local.template.model import Function

# Third parties are found by their names when a function first needs them.
LATER = tuple(
    ".".join(path.relative_to(FUNCTIONS).with_suffix("").parts)
    for parties in ("payment/gateways", "integration/connectors", "notification/channels")
    for path in sorted((FUNCTIONS / parties).rglob("*.py"))
    if path.stem != "__init__"
)


def foreseen(functions: Iterable[Function]) -> list[str]:
    """The modules that copies will import: those of our functions, and third parties, which only ours find."""
    handlers = {f.handler.rpartition(".")[0] for f in functions if f.code == FUNCTIONS}
    return [*sorted(handlers), *(LATER if handlers else ())]


class Copy:
    """A process that a fork server started, used as asyncio's own are."""

    def __init__(self, pid: int, stdout: asyncio.StreamReader) -> None:
        self.pid = pid
        self.stdout: asyncio.StreamReader | None = stdout
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def returncode(self) -> int | None:
        return self._ended.result() if self._ended.done() else None

    def send_signal(self, signal: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal)

    async def wait(self) -> int:
        return await asyncio.shield(self._ended)

    def end(self, code: int) -> None:
        """Its end, as the fork server tells it."""
        self._ended.set_result(code)


class Server:
    """One fork server and its copies; it ends when it is told to and has none left, or by itself."""

    def __init__(self, launched: Launched, handlers: Sequence[str] = ()) -> None:
        """`handlers` are modules of `functions/` that it imports while nobody orders anything."""
        self.alive = True
        self._process = launched.process
        self._control = launched.control
        self._turn = asyncio.Lock()
        self._copies: dict[int, Copy] = {}
        # A process may have ended before anybody here knows it.
        self._ended: dict[int, int] = {}
        self._started: asyncio.Future[int] | None = None
        self._retired = False
        # The first that it hears, so the socket's buffer has room for it. Its end, if it has ended, the listener hears.
        with suppress(ConnectionError):
            self._control.send(render_ahead(handlers))
        self._listener = asyncio.create_task(self._listen())

    async def fork(self, order: Order) -> Copy:
        """A new copy; `OSError` if the server is gone."""
        read, write = os.pipe()
        stdout = await _reader(read)
        try:
            async with self._turn:
                self._started = asyncio.get_running_loop().create_future()
                # Orders are answered one by one, so the socket's buffer always has room for the next.
                socket.send_fds(self._control, [order.render()], [write])
                copy = Copy(await self._started, stdout)
        except ConnectionError:
            # The next request must not come here again.
            await asyncio.wait([self._listener])
            raise
        finally:
            os.close(write)
        if (code := self._ended.pop(copy.pid, None)) is not None:
            copy.end(code)
        else:
            self._copies[copy.pid] = copy
        return copy

    def retire(self) -> None:
        """No more orders; what runs goes on to its end."""
        self._retired = True
        self._leave_if_done()

    async def stop(self) -> None:
        """End it, and what still runs with it."""
        if self.alive:
            self._process.kill()
        await asyncio.wait([self._listener])

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        with suppress(ConnectionResetError):
            while message := await loop.sock_recv(self._control, MAX_ORDER):
                self._hear(json.loads(message))
        code = await asyncio.to_thread(self._process.wait)
        self.alive = False
        self._control.close()
        if self._started and not self._started.done():
            self._started.set_exception(ConnectionResetError(f"the fork server ended with status {code}"))
        # They are tied to it: the kernel ends them with it.
        for copy in self._copies.values():
            copy.end(-signal.SIGKILL)

    def _hear(self, news: dict[str, int]) -> None:
        if "started" in news and self._started:
            self._started.set_result(news["started"])
        elif copy := self._copies.pop(news["ended"], None):
            copy.end(news["code"])
        else:
            self._ended[news["ended"]] = news["code"]
        self._leave_if_done()

    def _leave_if_done(self) -> None:
        if self._retired and not self._copies and not self._turn.locked() and self.alive:
            self._process.kill()


class Forker:
    """Processes are forked from a server that starts with the first of them, and again where it died or is stale."""

    def __init__(self, functions: Iterable[Function] = (), launched: Launched | None = None) -> None:
        """`launched` is the first server, where that was started already."""
        self._handlers = foreseen(functions)
        self._servers: list[Server] = []
        self._launched = launched
        self._current: Server | None = None
        self._turn = asyncio.Lock()

    async def spawn(self, function: Function, variables: Mapping[str, str]) -> Copy:
        order = _order(function, variables)
        server = await self._server()
        try:
            return await server.fork(order)
        except OSError as error:
            # It was retired or killed meanwhile.
            log.info("A function is forked from another server: %s", error)
            return await (await self._server()).fork(order)

    def renew(self) -> None:
        """The code changed: the next processes come from a server that imports it again."""
        if self._current:
            self._current.retire()
            self._current = None

    async def stop(self) -> None:
        """End the servers; their processes should have ended before."""
        for server in self._servers:
            await server.stop()

    async def _server(self) -> Server:
        async with self._turn:
            if self._current is None or not self._current.alive:
                if self._current:
                    log.warning("The fork server crashed and is restarted")
                self._current = Server(self._launched or launch(), self._handlers)
                self._launched = None
                self._servers = [*(server for server in self._servers if server.alive), self._current]
            return self._current


def _order(function: Function, variables: Mapping[str, str]) -> Order:
    folder = str(function.code)
    return Order(function.handler, dict(variables), folder, [folder, *variables["PYTHONPATH"].split(os.pathsep)])


async def _reader(file: int) -> asyncio.StreamReader:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(loop=loop)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader, loop=loop), os.fdopen(file, "rb", 0))
    return reader
